import { isDeepStrictEqual } from 'node:util'
import type { ServiceStatusWord } from '@parcela/contract'
import { findRoute, leadsToInstance, type ServiceStatus, type Step } from '@parcela/core'
import { isPassing } from './passing-warnings.ts'
import { isSettledFailure, type World } from './read-world.ts'
import type { Work } from './work.ts'

const buildSteps: ReadonlySet<Step['kind']> = new Set(['announce-route', 'build-base-image', 'build-image'])

/** Tells people how far the work is. */
export const recordProgress = {
  begin: async (work: Work, world: World): Promise<void> => {
    const { ports, spec, target } = work
    if (spec.power !== 'running' || !target?.release_id || target.release_id !== spec.release_id) return
    if (servingRelease(world) === target.release_id) return
    await ports.observed.supersedeReleases(spec.id, target.release_id)
    await ports.observed.recordRelease(target.release_id, 'building', null)
  },

  step: async (work: Work, world: World, step: Step): Promise<void> => {
    const { ports, spec } = work
    const status = await ports.observed.findStatus(spec.id)
    const word = wordDuring(work, world, step)
    // A settled failure stays told while what served before is kept up.
    if (status && (isSettledFailure(spec, status) || (status.status === word && status.generation === spec.generation)))
      return
    await ports.observed.recordStatus(spec.id, {
      status: word,
      status_reason: null,
      generation: spec.generation,
      serving_release_id: servingRelease(world),
      warnings: status?.warnings ?? [],
      attempts: status?.generation === spec.generation ? status.attempts : 0,
      retry_at: null,
    })
  },
}

const wordDuring = (work: Work, world: World, step: Step): ServiceStatusWord => {
  if (work.spec.power === 'deleted') return 'deleting'
  if (work.spec.power === 'stopped') return 'updating'
  if (isServing(world)) return 'updating'
  return buildSteps.has(step.kind) ? 'building' : 'starting'
}

/** Writes the end of successful work: what was wanted is true. */
export const recordSuccess = async (work: Work, world: World, before: ServiceStatus | undefined): Promise<void> => {
  const { ports, spec, target } = work
  if (before && isSettledFailure(spec, before)) return
  const word = spec.power === 'stopped' ? 'stopped' : 'running'
  const serving = spec.power === 'stopped' ? null : (target?.release_id ?? null)
  const warnings = await listWarnings(work, before?.warnings ?? [])
  const isTold =
    before?.status === word &&
    before.generation === spec.generation &&
    before.serving_release_id === serving &&
    before.status_reason === null &&
    before.attempts === 0 &&
    isDeepStrictEqual(before.warnings, warnings)
  if (isTold && world.seen.is_verified) return

  if (serving) {
    // One that was asked for and taken back before its turn came would say "queued" for ever.
    await ports.observed.supersedeReleases(spec.id, serving)
    await ports.observed.recordRelease(serving, 'live', null)
  }
  await ports.observed.recordStatus(spec.id, {
    status: word,
    status_reason: null,
    generation: spec.generation,
    serving_release_id: serving,
    warnings,
    attempts: 0,
    retry_at: null,
  })
}

/** What the owner should know although the site runs. */
const listWarnings = async ({ platform, spec, recordsProblem }: Work, before: readonly string[]): Promise<string[]> => {
  const passing = recordsProblem === undefined ? [] : [recordsProblem]
  if (spec.power === 'running') passing.push(...(await platform.listWarnings()))
  return [...before.filter(warning => !isPassing(warning)), ...passing]
}

/** Whether visitors get something now, or will as soon as their owner lets them: the route leads to an instance that runs. */
export const isServing = ({ wanted, seen }: World): boolean => {
  const route = findRoute(wanted.site, seen)
  return (
    leadsToInstance(route) &&
    seen.instances.some(({ state, upstream }) => state === 'running' && upstream?.port === route?.upstream?.port)
  )
}

export const servingRelease = (world: World) =>
  isServing(world) ? (findRoute(world.wanted.site, world.seen)?.release_id ?? null) : null
