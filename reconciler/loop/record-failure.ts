import { AppError, type StatusReason, toAppError } from '@parcela/contract'
import {
  findRoute,
  type Instance,
  leadsToInstance,
  type ReleaseId,
  type Route,
  type ServiceStatus,
  type Step,
} from '@parcela/core'
import { parkRoute } from '../steps/switch-route.ts'
import { askThroughEdge } from '../steps/verify.ts'
import { StepFailure } from './apply-plan.ts'
import { backoffMs } from './backoff.ts'
import { reasonOf } from './reason-of.ts'
import type { Work } from './work.ts'

/** Attempts that fail for a reason that may pass, and may not, are not repeated for ever. */
const doubtfulAttempts = 5

/**
 * Writes down why the work failed, and what happens next: where trying again can help, a wake-up after a growing pause; else the release is
 * failed and what served before keeps serving. Visitors notice nothing but, where nothing ever served, a page that says so.
 */
export const recordFailure = async (work: Work, before: ServiceStatus | undefined, thrown: unknown): Promise<void> => {
  const { ports, spec } = work
  const { error, reason } = describe(thrown)
  const attempts = (before?.generation === spec.generation ? before.attempts : 0) + 1
  const isFinal = isFinalFailure(error, attempts)
  ports.log.warn(
    { service: spec.id, generation: spec.generation, step: reason.step, attempts, isFinal, err: error.cause ?? error },
    error.message,
  )

  const route = await findMainRoute(work)
  const serving = route !== undefined && leadsToInstance(route) && (await isAnswering(work, route))
  const wasAsWanted = before?.status === 'running' && before.generation === spec.generation
  const retryAt = isFinal ? null : new Date(ports.clock.now().getTime() + backoffMs(attempts, Math.random()))

  if (isFinal) await settle(work, { reason, hasRoute: leadsToInstance(route) })
  await ports.observed.recordStatus(spec.id, {
    status: statusWord({ work, isFinal, serving, wasAsWanted }),
    status_reason: reason,
    generation: spec.generation,
    serving_release_id: serving ? (route?.release_id ?? null) : null,
    warnings: before?.warnings ?? [],
    attempts,
    retry_at: retryAt,
  })
  if (retryAt) await ports.queue.wake(spec.id, { at: retryAt })
  // The name is taken from now on: visitors learn that something is on its way, and not that there is nothing.
  if (!isFinal && !route && spec.power === 'running') await parkRoute(work, 'starting')
}

/**
 * `unavailable` is tried again for as long as it takes. Something that was there a moment ago and is not any more (`not_found`, `conflict`, an
 * image that somebody removed) is made again by the next attempt; failures inside Parcela may be of that kind, too.
 */
const isFinalFailure = (error: AppError, attempts: number): boolean => {
  if (error.code === 'unavailable' || error.code === 'busy') return false
  const isDoubtful =
    ['internal', 'not_found', 'conflict'].includes(error.code) || error.details?.reason === 'image_missing'
  return !isDoubtful || attempts >= doubtfulAttempts
}

const describe = (thrown: unknown): { error: AppError; reason: StatusReason } => {
  const step: Step['kind'] | null = thrown instanceof StepFailure ? thrown.step : null
  const error = toAppError(thrown instanceof StepFailure ? thrown.cause : thrown)
  return { error, reason: reasonOf(error, step) }
}

const statusWord = (facts: { work: Work; isFinal: boolean; serving: boolean; wasAsWanted: boolean }) => {
  const { work, isFinal, serving, wasAsWanted } = facts
  if (work.spec.power === 'deleted') return 'deleting'
  if (isFinal) return 'failed'
  if (wasAsWanted) return serving ? 'running' : 'starting'
  return serving ? 'updating' : 'queued'
}

const findMainRoute = async ({ ports, spec, site }: Work): Promise<Route | undefined> =>
  findRoute(site, { routes: await ports.observed.listRoutesOf(spec.id) })

/** Whether visitors still get their site, or the page that the owner put before it, asked as they would ask. */
const isAnswering = async ({ ports }: Work, { host, state }: Route): Promise<boolean> => {
  try {
    const { status } = await askThroughEdge(ports.edge, host, { path: '/', timeoutMs: 3_000 })
    return status < 500 || state === 'maintenance'
  } catch (error) {
    ports.log.info({ host, err: error }, 'the site does not answer through the edge')
    return false
  }
}

/** Nothing half-made stays: the release is failed; its instance, the port of that and its image go. */
const settle = async (work: Work, facts: { reason: StatusReason; hasRoute: boolean }): Promise<void> => {
  const { ports, spec, target } = work
  if (spec.power !== 'running') return
  if (spec.release_id) await ports.observed.recordRelease(spec.release_id as ReleaseId, 'failed', facts.reason)
  if (target) {
    const instances = await ports.runtime.listInstances(spec.id)
    const route = await findMainRoute(work)
    const isHalfMade = ({ revision, upstream }: Instance): boolean =>
      revision === target.revision && (upstream?.port !== route?.upstream?.port || !leadsToInstance(route))
    const kept = instances.filter(instance => !isHalfMade(instance))
    await Promise.all(
      instances.filter(isHalfMade).map(({ id }) => ports.runtime.removeInstance(id, { graceSeconds: 0 })),
    )
    await ports.leases.releasePorts(spec.id, { keep: kept.map(({ revision }) => revision) })
    if (!kept.some(({ image }) => image === target.image.reference)) await removeFreeImage(work, target.image.reference)
  }
  if (!facts.hasRoute) await parkRoute(work, 'failed')
}

const removeFreeImage = async ({ ports, spec }: Work, reference: string): Promise<void> => {
  try {
    await ports.runtime.removeImage(reference)
  } catch (error) {
    if (!(error instanceof AppError && error.details?.reason === 'in_use')) throw error
    // A container that is not ours: the failure of the release must be told all the same.
    ports.log.info({ service: spec.id, image: reference }, 'the image of a failed release is used by something else')
  }
}
