import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import { defaultPolicy, type ReleaseId, type Route, type ServiceId } from '@parcela/core'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRouteTable } from './create-route-table.ts'
import { parseRoute } from './parse-route.ts'
import { findRouteInEntry, renderRouteEntry } from './route-entry.ts'

const route = (name: string, port = 40_001): Route => ({
  host: `${name}.apps.localhost`,
  service_id: `svc_${name}` as ServiceId,
  state: 'serving',
  upstream: { address: '127.0.0.1', port },
  redirect_to: null,
  release_id: 'rel_1' as ReleaseId,
  policy: defaultPolicy,
})

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parcela-routes-'))
})

afterEach(() => rm(directory, { recursive: true }))

test('a table that is opened again has the routes of the one before', async () => {
  const first = createRouteTable({ directory })
  await first.load()
  await first.ensure(route('one'))
  await first.ensure({ ...route('two'), state: 'stopped', upstream: null, release_id: null })
  await first.ensure({ ...route('three'), upstream: { address: '2001:db8::1', port: 80 } })
  await first.ensure({ ...route('four'), state: 'redirect', upstream: null, redirect_to: 'www.example.com' })
  await first.ensure({ ...route('five'), policy: { https_redirect: false, hsts: true, edge_class: 'small' } })

  const second = createRouteTable({ directory })
  await second.load()

  expect(byHost(second.list())).toEqual(byHost(first.list()))
  expect(second.list()).toHaveLength(5)
})

test('replacing with the same routes changes nothing, and with others exactly the difference', async () => {
  const table = createRouteTable({ directory })
  await table.load()
  await table.replace([route('one'), route('two')])

  expect(await table.replace([route('two'), route('one')])).toEqual({ changed: [], removed: [] })
  const { changed, removed } = await table.replace([route('two', 40_002), route('three')])
  expect({ changed: changed.toSorted(), removed }).toEqual({
    changed: ['three.apps.localhost', 'two.apps.localhost'],
    removed: ['one.apps.localhost'],
  })
})

test('removing an unknown host is success', async () => {
  const table = createRouteTable({ directory })
  await table.load()
  expect(await table.remove('nobody.apps.localhost')).toEqual({ changed: [], removed: [] })
})

test('targets that no route uses go away, those that another host uses stay', async () => {
  const table = createRouteTable({ directory, retainMs: 0 })
  await table.load()
  await table.ensure(route('one'))
  await table.ensure({ ...route('one'), host: 'www.example.com' })
  await table.ensure(route('one', 40_002))
  await table.remove('nobody.apps.localhost')
  expect((await readdir(join(directory, 'targets'))).toSorted()).toEqual([
    'serving,127.0.0.1:40001,rel_1,svc_one,standard',
    'serving,127.0.0.1:40002,rel_1,svc_one,standard',
  ])
  await table.remove('www.example.com')
  await table.remove('nobody.apps.localhost')
  expect(await readdir(join(directory, 'targets'))).toEqual(['serving,127.0.0.1:40002,rel_1,svc_one,standard'])
})

test('one route that cannot be used does not keep the others from being replaced', async () => {
  const table = createRouteTable({ directory })
  await table.load()
  await table.ensure(route('one'))
  const broken = { ...route('two'), host: '../../etc/passwd' }
  await expect(table.replace([route('three'), broken])).rejects.toMatchObject({ code: 'invalid' })
  expect(table.list().map(each => each.host)).toEqual(['three.apps.localhost'])
})

test('whatever is written in a route, it is refused or survives the way to a file name and back', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.stringMatching(/^[a-z0-9.;{}"'$\\\n/,* -]{0,30}$/),
    fc.stringMatching(/^[a-z0-9-]{1,9}\.[a-z]{2,5}$/),
  )
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), text)
  fc.assert(
    fc.property(
      fc.record({
        host: text,
        service_id: fc.oneof(fc.constant('svc_1'), text),
        state: fc.constantFrom('serving', 'starting', 'stopped', 'failed', 'maintenance', 'redirect', 'x;y'),
        upstream: fc.option(fc.record({ address, port: fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.integer()) })),
        redirect_to: fc.option(fc.oneof(fc.constant('www.example.com'), text)),
        release_id: fc.option(fc.oneof(fc.constant('rel_1'), text)),
        policy: fc.record({
          https_redirect: fc.boolean(),
          hsts: fc.boolean(),
          edge_class: fc.constantFrom('small', 'standard', 'large', 'x,y'),
        }),
      }),
      anything => {
        const parsed = parseOrRefuse(anything as Route)
        if (!parsed) return
        const entry = renderRouteEntry(parsed)
        expect(parsed.host).toMatch(/^[a-z0-9.-]{1,253}$/)
        expect(entry).toMatch(/^[a-z]+,([0-9a-fA-F.:[\]]*|[a-z0-9.-]+),[\w-]*,[\w-]+,[a-z.]+$/)
        expect(Buffer.byteLength(entry)).toBeLessThan(256)
        expect(findRouteInEntry(parsed.host, entry)).toEqual(parsed)
      },
    ),
    { numRuns: 300 },
  )
}, 30_000)

test.each([
  ['no target', { redirect_to: null }, 'redirect_to'],
  ['a target with a path', { redirect_to: 'example.com/a' }, 'redirect_to'],
  ['itself as target', { redirect_to: 'one.apps.localhost' }, 'redirect_to'],
  ['a target that is too long', { redirect_to: Array(4).fill('a'.repeat(60)).join('.') }, 'redirect_to'],
  ['an upstream as well', { upstream: { address: '127.0.0.1', port: 80 } }, 'redirect_to'],
] as const)('a redirection with %s is refused', (_, changes, field) => {
  const redirect: Route = {
    ...route('one'),
    state: 'redirect',
    upstream: null,
    redirect_to: 'www.example.com',
    ...changes,
  }
  expect(() => parseRoute(redirect)).toThrow(
    expect.objectContaining({ details: { fields: { [field]: expect.any(String) } } }),
  )
})

test('a link of a version without policies is read with the policy that all had, and written anew by the next resync', async () => {
  const first = createRouteTable({ directory })
  await first.load()
  await writeFile(join(directory, 'targets', 'serving,127.0.0.1:40001,rel_1,svc_one'), '')
  await symlink('../targets/serving,127.0.0.1:40001,rel_1,svc_one', join(directory, 'routes', 'one.apps.localhost'))
  const table = createRouteTable({ directory })
  await table.load()
  expect(table.list()).toEqual([route('one')])
  expect((await table.replace([route('one')])).changed).toEqual(['one.apps.localhost'])
  expect((await table.replace([route('one')])).changed).toEqual([])
})

const parseOrRefuse = (unknown: Route): Route | undefined => {
  try {
    return parseRoute(unknown)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid') throw error
    return undefined
  }
}

const byHost = (routes: Route[]): Route[] => routes.toSorted((one, other) => one.host.localeCompare(other.host))
