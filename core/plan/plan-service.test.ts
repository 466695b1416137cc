import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReleaseId, ServiceId, TeamId } from '../model/id.ts'
import type { Image, Instance } from '../model/instance.ts'
import { defaultPolicy, leadsToInstance, type Route } from '../model/route.ts'
import type { SeenDomain } from './plan-domains.ts'
import { planService, type Seen, type Wanted } from './plan-service.ts'
import { type Shown, type Site, siteRoute } from './site-route.ts'
import type { Step } from './step.ts'

type Running = Extract<Wanted, { power: 'running' }>

const serviceId = 'svc_a' as ServiceId
const revisions = ['r1', 'r2', 'r3'] as const
const releaseOf = (revision: string) => `rel_${revision}` as ReleaseId
const portOf = (revision: string) => 20_000 + Number(revision.slice(1))
const imageOf = (revision: string) => `image:${revision}`

const host = 'a.apps.localhost'
const names = ['www.example.org', 'example.org'] as const

const siteOf = (changes: Partial<Site> = {}): Site => ({
  service_id: serviceId,
  host,
  https_redirect: true,
  maintenance: false,
  edge_class: 'standard',
  domains: [],
  ...changes,
})

const wantedRunning = (revision: string, site = siteOf()): Running => ({
  site,
  power: 'running',
  revision,
  image: imageOf(revision),
  release_id: releaseOf(revision),
})

const instanceOf = (revision: string, state: Instance['state']): Instance => ({
  id: `c-${revision}`,
  service_id: serviceId,
  team_id: 'team_a' as TeamId,
  release_id: releaseOf(revision),
  revision,
  generation: 1,
  image: imageOf(revision),
  state,
  exit: null,
  upstream: state === 'running' ? { address: '127.0.0.1', port: portOf(revision) } : null,
  created_at: new Date(0),
})

const built = (reference: string, at = 0): Image => ({
  reference,
  service_id: serviceId,
  digest: reference,
  created_at: new Date(at),
  size_bytes: 1,
})

const routeTo = (state: Route['state'], revision: string, name: string = host): Route => ({
  host: name,
  service_id: serviceId,
  state,
  redirect_to: null,
  release_id: leadsToInstance({ state } as Route) ? releaseOf(revision) : null,
  upstream: leadsToInstance({ state } as Route) ? { address: '127.0.0.1', port: portOf(revision) } : null,
  policy: defaultPolicy,
})

/** What each step does to the world, as far as a plan depends on it. */
const apply = (seen: Seen, wanted: Wanted, step: Step): Seen => {
  const { site } = wanted
  const revision = wanted.power === 'running' ? wanted.revision : 'none'
  const without = (ids: readonly string[]) => seen.instances.filter(({ id }) => !ids.includes(id))
  const routed = seen.routes.map(route => route.host).filter(name => site.domains.some(domain => domain.name === name))
  const routesOf = (hosts: readonly string[], shown: Shown): Pick<Seen, 'routes'> => ({
    routes: [
      ...seen.routes.filter(route => !hosts.includes(route.host)),
      ...hosts.map(name => siteRoute(site, name, { shown, certified: seen.certified })),
    ],
  })
  const parked = (state: Route['state']): Shown => ({ state, upstream: null, release_id: null })
  const mainRoute = () => seen.routes.find(route => route.host === host) ?? parked('starting')
  const domain = (name: string, changes: Partial<SeenDomain>): Pick<Seen, 'domains'> => ({
    domains: seen.domains.map(known => (known.name === name ? { ...known, ...changes } : known)),
  })
  const effects: { [K in Step['kind']]: (step: Extract<Step, { kind: K }>) => Partial<Seen> } = {
    'announce-route': () => routesOf([host], parked('starting')),
    'build-base-image': () => ({ has_base_image: true }),
    'build-image': () => ({ images: [...seen.images, built(imageOf(revision), 9)] }),
    'run-container': () => ({ instances: [...without([`c-${revision}`]), instanceOf(revision, 'running')] }),
    'await-healthy': () => ({}),
    'ensure-records': () => ({ has_records: true }),
    'ensure-certificate': () => ({ certified: new Set([...seen.certified, host]) }),
    'switch-route': () => {
      const upstream = seen.instances.find(instance => instance.revision === revision)?.upstream ?? null
      return routesOf([host, ...routed], { state: 'serving', upstream, release_id: releaseOf(revision) })
    },
    verify: () => ({ is_verified: true }),
    'drain-containers': ({ ids }) => ({ instances: without(ids) }),
    'remove-containers': ({ ids }) => ({ instances: without(ids) }),
    'remove-images': ({ references }) => ({
      images: seen.images.filter(({ reference }) => !references.includes(reference)),
    }),
    'park-route': ({ state }) => routesOf([host, ...routed], parked(state)),
    'stop-containers': ({ ids }) => ({
      instances: seen.instances.map(instance =>
        ids.includes(instance.id) ? { ...instance, state: 'stopped', upstream: null } : instance,
      ),
    }),
    'remove-route': () => ({ routes: seen.routes.filter(route => route.host !== host) }),
    'remove-records': () => ({ has_records: false }),
    'remove-network': () => ({}),
    'forget-service': () => ({}),
    'check-domain': ({ name }) => domain(name, { is_held: true, is_due: false }),
    'certify-domain': ({ name }) => ({
      ...domain(name, { needs_certificate: false }),
      certified: new Set([...seen.certified, name]),
    }),
    'route-domain': ({ name }) => routesOf([name], mainRoute()),
    'verify-domain': ({ name }) => domain(name, { is_active: true }),
    'withdraw-domain': ({ name }) => ({ routes: seen.routes.filter(route => route.host !== name) }),
  }
  return { ...seen, ...(effects[step.kind] as (step: Step) => Partial<Seen>)(step) }
}

const applyAll = (seen: Seen, wanted: Wanted, steps: readonly Step[]): Seen =>
  steps.reduce((world, step) => apply(world, wanted, step), seen)

const kinds = (steps: readonly Step[]) => steps.map(({ kind }) => kind)

/** A domain is active only with a certificate, and what needs none has one; the rest follows from the world. */
const anyDomain = (name: string): fc.Arbitrary<SeenDomain> =>
  fc
    .record({ is_held: fc.boolean(), is_due: fc.boolean(), needs_certificate: fc.boolean(), is_active: fc.boolean() })
    .map(domain => ({ name, ...domain }))

const anySeen: fc.Arbitrary<Seen> = fc.record({
  instances: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...revisions), fc.constantFrom('created', 'running', 'stopped')), {
      selector: ([revision]) => revision,
    })
    .map(pairs => pairs.map(([revision, state]) => instanceOf(revision, state as Instance['state']))),
  images: fc
    .uniqueArray(fc.constantFrom(...revisions, 'r4', 'r5', 'r6', 'r7'))
    .map(list => list.map((revision, at) => built(imageOf(revision), at))),
  has_base_image: fc.boolean(),
  routes: fc.uniqueArray(
    fc
      .tuple(
        fc.constantFrom('serving', 'starting', 'stopped', 'failed', 'maintenance'),
        fc.constantFrom(...revisions),
        fc.constantFrom(host, ...names, 'removed.example.org'),
      )
      .map(([state, revision, name]) => routeTo(state as Route['state'], revision, name)),
    { selector: route => route.host },
  ),
  certified: fc.subarray([host, ...names]).map(list => new Set(list)),
  can_certify: fc.boolean(),
  has_records: fc.boolean(),
  is_verified: fc.boolean(),
  is_drained: fc.boolean(),
  is_last_of_team: fc.boolean(),
  domains: fc.tuple(...names.map(anyDomain)).map(list => list.filter(({ is_held, is_due }) => is_held || is_due)),
})

const anySite: fc.Arbitrary<Site> = fc
  .record({
    https_redirect: fc.boolean(),
    maintenance: fc.boolean(),
    edge_class: fc.constantFrom('small', 'standard', 'large'),
    domains: fc.subarray<Site['domains'][number]>([
      { name: 'www.example.org', redirect_to: null },
      { name: 'example.org', redirect_to: 'www.example.org' },
    ]),
  })
  .map(siteOf)

const anyRunning: fc.Arbitrary<Running> = fc
  .tuple(fc.constantFrom(...revisions), anySite)
  .map(([revision, site]) => wantedRunning(revision, site))
const anyWanted: fc.Arbitrary<Wanted> = fc.oneof(
  anyRunning,
  anySite.map((site): Wanted => ({ power: 'stopped', site })),
  anySite.map((site): Wanted => ({ power: 'failed', site })),
)

const nothing: Seen = {
  instances: [],
  images: [],
  has_base_image: false,
  routes: [],
  certified: new Set([host]),
  can_certify: true,
  has_records: false,
  is_verified: false,
  is_drained: true,
  is_last_of_team: true,
  domains: [],
}

const isLive = (name: string, { routes, instances }: Seen) => {
  const route = routes.find(candidate => candidate.host === name)
  return leadsToInstance(route) && instances.some(({ upstream }) => upstream?.port === route?.upstream?.port)
}

describe('a plan', () => {
  test('for a first publish goes from the image to a verified answer', () => {
    expect(kinds(planService(wantedRunning('r1'), nothing))).toEqual([
      'announce-route',
      'build-base-image',
      'build-image',
      'run-container',
      'await-healthy',
      'ensure-records',
      'switch-route',
      'verify',
    ])
  })

  test('applied, and again after the drain, leaves nothing to do', () => {
    fc.assert(
      fc.property(anyWanted, anySeen, (wanted, seen) => {
        const once = applyAll(seen, wanted, planService(wanted, seen))
        const drained = { ...once, is_drained: true }
        const twice = applyAll(drained, wanted, planService(wanted, drained))
        // Whoever redirects does so once the other name has its certificate, which may come in the round before.
        const thrice = applyAll(twice, wanted, planService(wanted, twice))
        expect(planService(wanted, thrice)).toEqual([])
      }),
    )
  })

  test('to run ends with exactly one instance of the wanted revision, and all names at it', () => {
    fc.assert(
      fc.property(anyRunning, anySeen, (wanted, seen) => {
        const once = { ...applyAll(seen, wanted, planService(wanted, seen)), is_drained: true }
        const end = applyAll(once, wanted, planService(wanted, once))
        const instance = instanceOf(wanted.revision, 'running')
        expect(end.instances).toEqual([instance])
        expect(end.routes.find(route => route.host === host)).toMatchObject({
          state: wanted.site.maintenance ? 'maintenance' : 'serving',
          release_id: wanted.release_id,
          upstream: instance.upstream,
        })
        for (const { state, upstream } of end.routes)
          if (state !== 'redirect') expect(upstream).toEqual(instance.upstream)
      }),
    )
  })

  test('cut off anywhere, never takes away the instance that visitors of a name are sent to', () => {
    fc.assert(
      fc.property(anyRunning, anySeen, (wanted, seen) => {
        const kept = [host, ...wanted.site.domains.map(({ name }) => name)].filter(name => isLive(name, seen))
        fc.pre(kept.length > 0)
        let world = seen
        for (const step of planService(wanted, seen)) {
          world = apply(world, wanted, step)
          for (const name of kept) {
            const isSentOn = world.routes.some(route => route.host === name && route.state === 'redirect')
            expect(isSentOn || isLive(name, world)).toBe(true)
          }
        }
      }),
    )
  })

  test('never builds nor restarts for settings of names alone', () => {
    fc.assert(
      fc.property(anyRunning, anySite, (wanted, site) => {
        const satisfied = applyAll(nothing, wanted, planService(wanted, nothing))
        const steps = kinds(planService({ ...wanted, site: { ...site, domains: [] } }, satisfied))
        expect(steps.filter(kind => kind !== 'switch-route' && kind !== 'verify')).toEqual([])
      }),
    )
  })

  test('gives no name to HTTPS before it has a certificate, and no visitor to a name without one', () => {
    fc.assert(
      fc.property(anyRunning, anySeen, (wanted, seen) => {
        const end = applyAll(seen, wanted, planService(wanted, seen))
        for (const route of end.routes.filter(({ host: name }) => name !== 'removed.example.org')) {
          if (route.policy.https_redirect) expect(end.certified).toContain(route.host)
          if (route.redirect_to) expect(end.certified).toContain(route.redirect_to)
        }
      }),
    )
  })

  test('names only things that were seen', () => {
    fc.assert(
      fc.property(anyWanted, anySeen, (wanted, seen) => {
        const ids = new Set(seen.instances.map(({ id }) => id))
        const references = new Set(seen.images.map(({ reference }) => reference))
        for (const step of planService(wanted, seen)) {
          if ('ids' in step) expect(step.ids.every(id => ids.has(id))).toBe(true)
          if ('references' in step) expect(step.references.every(reference => references.has(reference))).toBe(true)
        }
      }),
    )
  })

  test('to delete takes visitors away first and forgets last', () => {
    const seen: Seen = {
      ...nothing,
      instances: [instanceOf('r1', 'running')],
      images: [built(imageOf('r1'))],
      routes: [routeTo('serving', 'r1'), routeTo('serving', 'r1', 'www.example.org')],
      has_records: true,
    }
    expect(kinds(planService({ power: 'deleted', site: siteOf() }, seen))).toEqual([
      'withdraw-domain',
      'remove-route',
      'remove-records',
      'remove-containers',
      'remove-images',
      'remove-network',
      'forget-service',
    ])
  })

  test('does not build an image that is there', () => {
    const seen: Seen = { ...nothing, images: [built(imageOf('r1'))] }
    expect(kinds(planService(wantedRunning('r1'), seen))).not.toContain('build-image')
  })

  test('keeps three spare images, the newest ones', () => {
    const spare = ['r3', 'r4', 'r5', 'r6', 'r7'].map((revision, at) => built(imageOf(revision), at))
    const seen: Seen = {
      ...nothing,
      instances: [instanceOf('r1', 'running')],
      images: [built(imageOf('r1')), ...spare],
      routes: [routeTo('serving', 'r1')],
      has_records: true,
      is_verified: true,
    }
    expect(planService(wantedRunning('r1'), seen)).toEqual([
      { kind: 'remove-images', references: [imageOf('r4'), imageOf('r3')] },
    ])
  })

  test('for a new custom domain goes from the look at it to an answer over TLS, after the main name', () => {
    const wanted = wantedRunning('r1', siteOf({ domains: [{ name: 'www.example.org', redirect_to: null }] }))
    const domain = { is_held: false, is_due: true, needs_certificate: true, is_active: false }
    const seen: Seen = { ...nothing, domains: [{ name: 'www.example.org', ...domain }] }
    const steps = kinds(planService(wanted, seen))
    expect(steps.slice(steps.indexOf('verify') + 1)).toEqual([
      'check-domain',
      'route-domain',
      'certify-domain',
      'route-domain',
      'verify-domain',
    ])
  })

  test('asks for no certificate of its own name while the authority is not to be asked', () => {
    const seen: Seen = { ...nothing, certified: new Set(), can_certify: false }
    expect(kinds(planService(wantedRunning('r1'), seen))).not.toContain('ensure-certificate')
  })
})
