import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { web } from './manifest.ts'
import { placeholder } from './placeholder.ts'

test('the resources of an ordinary request fit: 512 MB of memory, 10 GB of disk', () => {
  const { ram_mb, storage_gb } = web.resources
  expect(ram_mb.minimum <= 512 && 512 <= ram_mb.maximum).toBe(true)
  expect(storage_gb.minimum <= 10 && 10 <= storage_gb.maximum).toBe(true)
})

test('requirements that the format does not know are refused', () => {
  expect(web.requirements.safeParse({}).success).toBe(true)
  expect(web.requirements.safeParse({ php: true }).success).toBe(false)
})

test('every file of the base image is there, the Dockerfile among them', () => {
  const { files, folder } = web.container?.base ?? { files: [], folder: new URL('file:///') }
  expect(files).toContain('Dockerfile')
  for (const file of files) expect(existsSync(new URL(file, folder)), file).toBe(true)
})

test('the placeholder shows the name as text, and asks nobody else for anything', () => {
  const files = placeholder({ name: '<img src=x>"&', url: 'https://x.apps.localhost' })
  expect(files['index.html']).not.toContain('<img')
  expect(files['index.html']).toContain('&#60;img')
  expect(Object.values(files).join('').replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/)
})
