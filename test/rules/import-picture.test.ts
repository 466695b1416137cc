import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { pictureFence, renderImportPicture } from './import-picture.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('the picture in ARCHITECTURE.md is what the imports say', async () => {
  const page = await readFile(`${root}ARCHITECTURE.md`, 'utf8')
  const begin = page.indexOf(pictureFence.begin) + pictureFence.begin.length
  expect(page.slice(begin, page.indexOf(pictureFence.end, begin))).toBe(await renderImportPicture(root))
})
