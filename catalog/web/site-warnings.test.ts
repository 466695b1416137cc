import { expect, test } from 'vitest'
import { siteWarnings } from './site-warnings.ts'

test('a site with an index.html at the top needs no warning', () => {
  expect(siteWarnings(['about.html', 'index.html'])).toEqual([])
})

test('a site without an index.html is told so', () => {
  expect(siteWarnings(['about.html'])).toEqual([expect.stringContaining('no index.html')])
})

test('an index.html in a folder is pointed at', () => {
  expect(siteWarnings(['dist/index.html', 'dist/app.js'])).toEqual([expect.stringContaining('in dist/:')])
})

test('an index of another spelling is named', () => {
  expect(siteWarnings(['Index.HTML'])).toEqual([expect.stringContaining('Index.HTML')])
  expect(siteWarnings(['index.htm'])).toEqual([expect.stringContaining('name it index.html')])
})
