import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { settingsShape } from '../../apps/all-in-one/settings.ts'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

describe.each(['docs/guide/en/settings.md', 'docs/guide/es/ajustes.md'])('%s', file => {
  const readNames = async () =>
    [...(await readFile(resolve(root, file), 'utf8')).matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name)

  it('lists every setting, and nothing that is not one', async () => {
    expect((await readNames()).toSorted()).toEqual(Object.keys(settingsShape.shape).toSorted())
  })
})
