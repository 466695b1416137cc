import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runToEnd } from '@parcela/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** File -> the import it must not have, and the rule that says so. */
const forbidden: Record<string, [specifier: string, rule: string]> = {
  'contract/a.ts': ['../core/index.ts', 'contract-imports-zod-only'],
  'contract/b.ts': ['node:fs', 'contract-runs-in-a-browser'],
  'kit/a.ts': ['../contract/index.ts', 'kit-knows-no-domain'],
  'core/a.ts': ['../kit/index.ts', 'core-imports-contract-only'],
  'core/b.ts': ['node:net', 'core-does-no-io'],
  'state/a.ts': ['../reconciler/index.ts', 'state-imports-inwards'],
  'reconciler/b.ts': ['pg', 'only-state-speaks-sql'],
  'runtimes/docker/a.ts': ['../../state/index.ts', 'runtimes-are-adapters'],
  'runtimes/remote/a.ts': ['../docker/index.ts', 'runtimes-do-not-know-each-other'],
  'edge/nginx/a.ts': ['../../runtimes/docker/index.ts', 'edge-parts-are-adapters'],
  'edge/dns/embedded/a.ts': ['../../nginx/index.ts', 'edge-parts-do-not-know-each-other'],
  'reconciler/a.ts': ['../state/index.ts', 'reconciler-receives-its-ports'],
  'catalog/a.ts': ['../core/index.ts', 'catalog-imports-contract-only'],
  'apps/cli/a.ts': ['../../kit/index.ts', 'web-and-cli-are-clients'],
  'apps/web/a.ts': ['../cli/index.ts', 'web-and-cli-do-not-know-each-other'],
  'apps/gateway-api/a.ts': ['../../state/index.ts', 'apis-do-not-know-adapters'],
  'apps/docker-api/a.ts': ['../gateway-api/index.ts', 'apps-do-not-know-each-other'],
  'core/c.ts': ['../apps/cli/index.ts', 'nobody-imports-an-app'],
  'kit/b.ts': ['../test/fakes/fake.ts', 'tests-are-for-tests'],
  'test/a.ts': ['../apps/web/index.ts', 'tests-use-the-api-not-its-clients'],
  'reconciler/c.ts': ['../core/deep.ts', 'packages-by-their-index'],
  'core/d.ts': ['./e.ts', 'no-cycles'],
  'kit/c.ts': ['./nowhere.ts', 'resolvable'],
}

/** File -> an import that must be fine. */
const allowed: Record<string, string> = {
  'contract/good.ts': 'zod',
  'kit/good.ts': 'node:fs',
  'core/good.ts': '../contract/index.ts',
  'state/good.ts': 'pg',
  'runtimes/docker/good.ts': '../../core/index.ts',
  'edge/nginx/good.ts': '../../kit/index.ts',
  'apps/docker-api/main.ts': '../../runtimes/docker/index.ts',
  'apps/all-in-one/good.ts': '../gateway-api/index.ts',
  'reconciler/good.test.ts': '../test/fakes/fake.ts',
}

const indexes = [
  'contract',
  'kit',
  'core',
  'state',
  'reconciler',
  'runtimes/docker',
  'runtimes/remote',
  'edge/nginx',
  'edge/dns/embedded',
  'catalog',
  'apps/cli',
  'apps/web',
  'apps/gateway-api',
]

let folder: string
let found: { from: string; rule: string }[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parcela-imports-'))
  const files: Record<string, string> = {
    'package.json': '{"name":"example","type":"module","dependencies":{"zod":"*","pg":"*"}}',
    'core/deep.ts': 'export {}',
    'core/e.ts': importing('./d.ts'),
    'test/fakes/fake.ts': 'export {}',
    ...Object.fromEntries(indexes.map(path => [`${path}/index.ts`, 'export const x = 1'])),
    ...Object.fromEntries(Object.entries(forbidden).map(([path, [specifier]]) => [path, importing(specifier)])),
    ...Object.fromEntries(Object.entries(allowed).map(([path, specifier]) => [path, importing(specifier)])),
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  await cp(join(root, '.dependency-cruiser.mjs'), join(folder, '.dependency-cruiser.mjs'))
  await cp(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  found = await cruise()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const importing = (specifier: string): string => `import * as x from '${specifier}'\nexport const y = x\n`

const cruise = async () => {
  const tool = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const { stdout, stderr } = await runToEnd(
    [process.execPath, tool, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', '.'],
    { cwd: folder, timeoutMs: 60_000 },
  )
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser said: ${stderr}`)
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } }
  return summary.violations.map(({ from, rule }) => ({ from, rule: rule.name }))
}

describe('the import table of ARCHITECTURE.md', () => {
  it.each(Object.entries(forbidden))('%s may not import %s', (from, [, rule]) => {
    expect(found).toContainEqual({ from, rule })
  })

  it.each(Object.entries(allowed))('%s may import %s', from => {
    expect(found.filter(violation => violation.from === from && violation.rule !== 'no-orphans')).toEqual([])
  })
})
