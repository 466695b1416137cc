import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReleaseId, ServiceId, TeamId } from '../model/id.ts'
import type { Image, Instance } from '../model/instance.ts'
import { defaultPolicy, type Route } from '../model/route.ts'
import { planService, type Seen, type Wanted } from './plan-service.ts'
import type { Step } from './step.ts'

const serviceId = 'svc_a' as ServiceId
const revisions = ['r1', 'r2', 'r3'] as const
const releaseOf = (revision: string) => `rel_${revision}` as ReleaseId
const portOf = (revision: string) => 20_000 + Number(revision.slice(1))
const imageOf = (revision: string) => `image:${revision}`

const wantedRunning = (revision: string): Wanted => ({
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

const routeTo = (state: Route['state'], revision: string): Route => ({
  host: 'a.apps.localhost',
  service_id: serviceId,
  state,
  redirect_to: null,
  release_id: state === 'serving' ? releaseOf(revision) : null,
  policy: defaultPolicy,
  upstream: state === 'serving' ? { address: '127.0.0.1', port: portOf(revision) } : null,
})

/** What each step does to the world, as far as a plan depends on it. */
const apply = (seen: Seen, wanted: Wanted, step: Step): Seen => {
  const revision = wanted.power === 'running' ? wanted.revision : 'none'
  const without = (ids: readonly string[]) => seen.instances.filter(({ id }) => !ids.includes(id))
  const effects: { [K in Step['kind']]: (step: Extract<Step, { kind: K }>) => Partial<Seen> } = {
    'announce-route': () => ({ route: routeTo('starting', revision) }),
    'build-base-image': () => ({ has_base_image: true }),
    'build-image': () => ({ images: [...seen.images, built(imageOf(revision), 9)] }),
    'run-container': () => ({ instances: [...without([`c-${revision}`]), instanceOf(revision, 'running')] }),
    'await-healthy': () => ({}),
    'ensure-records': () => ({ has_records: true }),
    'ensure-certificate': () => ({ has_certificate: true }),
    'switch-route': () => ({ route: routeTo('serving', revision) }),
    verify: () => ({ is_verified: true }),
    'drain-containers': ({ ids }) => ({ instances: without(ids) }),
    'remove-containers': ({ ids }) => ({ instances: without(ids) }),
    'remove-images': ({ references }) => ({
      images: seen.images.filter(({ reference }) => !references.includes(reference)),
    }),
    'park-route': ({ state }) => ({ route: routeTo(state, revision) }),
    'stop-containers': ({ ids }) => ({
      instances: seen.instances.map(instance =>
        ids.includes(instance.id) ? { ...instance, state: 'stopped', upstream: null } : instance,
      ),
    }),
    'remove-route': () => ({ route: undefined }),
    'remove-records': () => ({ has_records: false }),
    'remove-network': () => ({}),
    'forget-service': () => ({}),
  }
  return { ...seen, ...(effects[step.kind] as (step: Step) => Partial<Seen>)(step) }
}

const applyAll = (seen: Seen, wanted: Wanted, steps: readonly Step[]): Seen =>
  steps.reduce((world, step) => apply(world, wanted, step), seen)

const kinds = (steps: readonly Step[]) => steps.map(({ kind }) => kind)

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
  route: fc.option(
    fc
      .tuple(fc.constantFrom('serving', 'starting', 'stopped', 'failed'), fc.constantFrom(...revisions))
      .map(([state, revision]) => routeTo(state as Route['state'], revision)),
    { nil: undefined },
  ),
  has_records: fc.boolean(),
  has_certificate: fc.boolean(),
  is_verified: fc.boolean(),
  is_drained: fc.boolean(),
  is_last_of_team: fc.boolean(),
})

const anyWanted: fc.Arbitrary<Wanted> = fc.oneof(
  fc.constantFrom(...revisions).map(wantedRunning),
  fc.constant<Wanted>({ power: 'stopped' }),
)

const nothing: Seen = {
  instances: [],
  images: [],
  has_base_image: false,
  route: undefined,
  has_records: false,
  has_certificate: true,
  is_verified: false,
  is_drained: true,
  is_last_of_team: true,
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
        expect(planService(wanted, twice)).toEqual([])
      }),
    )
  })

  test('to run ends with exactly one instance, routed, of the wanted revision', () => {
    fc.assert(
      fc.property(fc.constantFrom(...revisions), anySeen, (revision, seen) => {
        const wanted = wantedRunning(revision)
        const once = { ...applyAll(seen, wanted, planService(wanted, seen)), is_drained: true }
        const end = applyAll(once, wanted, planService(wanted, once))
        expect(end.instances).toEqual([instanceOf(revision, 'running')])
        expect(end.route).toEqual(routeTo('serving', revision))
      }),
    )
  })

  test('cut off anywhere, never takes away the instance that visitors are sent to', () => {
    fc.assert(
      fc.property(fc.constantFrom(...revisions), anySeen, (revision, seen) => {
        const wanted = wantedRunning(revision)
        const isServing = ({ route, instances }: Seen) =>
          route?.state === 'serving' && instances.some(({ upstream }) => upstream?.port === route.upstream?.port)
        fc.pre(isServing(seen))
        let world = seen
        for (const step of planService(wanted, seen)) {
          world = apply(world, wanted, step)
          expect(isServing(world)).toBe(true)
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
      route: routeTo('serving', 'r1'),
      has_records: true,
    }
    expect(kinds(planService({ power: 'deleted' }, seen))).toEqual([
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
      route: routeTo('serving', 'r1'),
      has_records: true,
      is_verified: true,
    }
    expect(planService(wantedRunning('r1'), seen)).toEqual([
      { kind: 'remove-images', references: [imageOf('r4'), imageOf('r3')] },
    ])
  })
})
