import { expect, test } from 'vitest'
import { renderErrorPages } from './render-error-pages.ts'

const pages = Object.entries(renderErrorPages()).filter(([name]) => name.endsWith('.html'))

test('every page exists in both languages', () => {
  const names = (language: string) =>
    pages.flatMap(([name]) => (name.endsWith(`.${language}.html`) ? [name.split('.')[0]] : []))
  expect(names('es')).toEqual(names('en'))
  expect(names('en')).toHaveLength(11)
})

test.each(pages)('%s is small, asks nobody else for anything and runs nothing', (_, page) => {
  expect(Buffer.byteLength(page)).toBeLessThan(4_096)
  expect(page).not.toMatch(/<script|https?:|src=|@import|url\(|\son\w+=/)
})
