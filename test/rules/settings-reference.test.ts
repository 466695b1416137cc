import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { settingsShape } from '../../apps/all-in-one/settings.ts'
import { edgeAgentSettings } from '../../apps/edge-agent/settings.ts'
import { edgeClasses } from '../../edge/nginx/render/edge-classes.ts'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

describe.each(['docs/guide/en/settings.md', 'docs/guide/es/ajustes.md'])('%s', file => {
  const readNames = async () =>
    [...(await readFile(resolve(root, file), 'utf8')).matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name)

  it('lists every setting, and nothing that is not one', async () => {
    expect((await readNames()).toSorted()).toEqual(Object.keys(settingsShape.shape).toSorted())
  })
})

describe.each([
  ['docs/guide/en/names.md', '## Further edges'],
  ['docs/guide/es/nombres.md', '## Más edges'],
])('%s', (file, heading) => {
  it('lists every setting of a further edge, and nothing that is not one', async () => {
    const [, section = ''] = (await readFile(resolve(root, file), 'utf8')).split(heading)
    const cells = [...section.matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell]) => cell ?? '')
    const names = cells.flatMap(cell => [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name))
    expect(names.toSorted()).toEqual(Object.keys(edgeAgentSettings.shape).toSorted())
  })

  it('tells the limits of each class of sites as they are', async () => {
    const text = await readFile(resolve(root, file), 'utf8')
    for (const [name, { bodyMegabytes, quietSeconds, perClient, perService }] of Object.entries(edgeClasses)) {
      const shares = [perClient, perService].flatMap(share => [share.requestsPerSecond, share.burst, share.connections])
      expect(text).toContain(`| \`${name}\` | ${[bodyMegabytes, quietSeconds, ...shares].join(' | ')} |\n`)
    }
  })
})
