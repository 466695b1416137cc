import {
  isDomainStep,
  isTidying,
  planService,
  type ServiceId,
  type ServiceSpec,
  type ServiceStatus,
  type Site,
  type Step,
} from '@parcela/core'
import { runDomainSteps } from '../domains/run-domain-steps.ts'
import { listCertified } from '../steps/put-routes.ts'
import { applyPlan, applyTidying } from './apply-plan.ts'
import { createDrainClock, type DrainClock } from './drain-clock.ts'
import { createFileDigests, type FileDigests } from './file-digests.ts'
import { Interrupted, type Interruptions } from './interruptions.ts'
import { openRun } from './open-run.ts'
import { readWorld, type World } from './read-world.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'
import { recordFailure } from './record-failure.ts'
import { recordProgress, recordSuccess } from './record-progress.ts'
import type { Shared } from './shared.ts'
import { siteOf, type Work } from './work.ts'

/**
 * Makes one service what it should be. It receives an id and nothing else: new, changed, failed, restarted and drifted services take this one
 * path. Failures are recorded on the service and, where trying again can help, a later wake-up is queued; only failures to record are thrown.
 */
export const createReconcileService = (
  ports: ReconcilerPorts,
  options: ReconcilerOptions,
  shared: Shared & { interruptions: Interruptions },
) => {
  const { interruptions } = shared
  const drains = createDrainClock(ports.clock, options.drainMs)
  const digests = createFileDigests(ports.desired)

  return async (id: ServiceId): Promise<void> => {
    const { signal, workOn, leave } = interruptions.enter(id)
    try {
      const spec = await ports.desired.findService(id)
      if (!spec) return
      workOn(spec.generation)
      await reconcile({ ports, options, shared, drains, digests, spec, signal })
    } finally {
      leave()
    }
  }
}

type Context = {
  ports: ReconcilerPorts
  options: ReconcilerOptions
  shared: Shared
  drains: DrainClock
  digests: FileDigests
  spec: ServiceSpec
  signal: AbortSignal
}

const reconcile = async (context: Context): Promise<void> => {
  const { ports, options, shared, drains, digests, spec, signal } = context
  const [status, domains] = await Promise.all([ports.observed.findStatus(spec.id), ports.desired.listDomains(spec.id)])
  const { turns, keeper, platform, recordsChanged } = shared
  const work: Work = {
    ports,
    options,
    spec,
    site: siteOf(spec, domains, options.appsDomain),
    domains,
    signal,
    turns,
    keeper,
    platform,
    recordsChanged,
    target: undefined,
    remarks: new Map(),
  }
  try {
    const world = await readWorld(work, { status, isDrained: drains.isOver(spec.id), digests })
    work.target = world.target
    await bringAbout(work, world, { status, drains })
  } catch (error) {
    if (error instanceof Interrupted) return
    await recordFailure(work, status, error)
  }
}

const bringAbout = async (
  work: Work,
  world: World,
  memory: { status: ServiceStatus | undefined; drains: DrainClock },
): Promise<void> => {
  const { ports, spec } = work
  const { status, drains } = memory
  const plan = planService(world.wanted, world.seen)
  const isDeletion = spec.power === 'deleted'
  const steps = plan.filter(step => isDeletion || !(isTidying(step) || isDomainStep(step)))

  if (steps.length > 0) {
    await runSteps(work, world, { steps, drains })
  }
  if (isDeletion) {
    drains.forget(spec.id)
    return
  }

  // What the steps told of themselves has taken the place of what was told before.
  const told = steps.length > 0 ? await ports.observed.findStatus(spec.id) : status
  if (world.wanted.power !== 'failed') await recordSuccess(work, world, told)
  await seeToDomains(work, world, plan)
  if (spec.power === 'running') await tidyUp(work, world, { drains, steps: plan.filter(isTidying) })
}

/** Custom domains come when the service itself is told to be as it should: nobody waits for theirs. */
const seeToDomains = async (work: Work, { seen }: World, plan: readonly Step[]): Promise<void> => {
  const { ports, spec, site } = work
  const steps = plan.filter(isDomainStep)
  if (steps.length > 0) await runDomainSteps(work, steps)
  if (work.domains.length === 0) return
  if (steps.length > 0 && needsAnotherLook(site, seen.certified, await listCertified(ports, site)))
    return ports.queue.wake(spec.id)
  const looks = (await ports.observed.listDomainStatuses(spec.id)).flatMap(({ next_check_at }) => next_check_at ?? [])
  const [next] = looks.toSorted((one, other) => one.getTime() - other.getTime())
  if (next) await ports.queue.wake(spec.id, { at: next })
}

/** The plan was made for other certificates: one was taken back with a domain that changed hands, or visitors can be sent on to a name now. */
const needsAnotherLook = ({ domains }: Site, before: ReadonlySet<string>, after: ReadonlySet<string>): boolean => {
  const isLost = [...before].some(name => !after.has(name))
  const isGained = [...after].some(name => !before.has(name))
  return isLost || (isGained && domains.some(({ redirect_to }) => redirect_to !== null))
}

/** Does the steps, with their entries in the journal and the status that people see written beside them. */
const runSteps = async (
  work: Work,
  world: World,
  { steps, drains }: { steps: readonly Step[]; drains: DrainClock },
): Promise<void> => {
  const run = openRun(work, {
    release_id: work.target?.release_id ?? null,
    begin: () => recordProgress.begin(work, world),
  })
  try {
    await applyPlan(work, steps, {
      ...run,
      beforeStep: step => {
        if (step.kind === 'switch-route') drains.start(work.spec.id)
        run.backlog.add(() => recordProgress.step(work, world, step))
      },
    })
  } catch (error) {
    await run.finish(error)
    throw error
  }
  await run.close('done')
}

/** What served before goes once its visitors had time to leave; until then a later wake-up is queued for it. */
const tidyUp = async (
  work: Work,
  world: World,
  { drains, steps }: { drains: DrainClock; steps: readonly Step[] },
): Promise<void> => {
  const { ports, spec, target } = work
  await applyTidying(work, steps)
  const waiting = target !== undefined && world.seen.instances.some(({ revision }) => revision !== target.revision)
  const isDrained = steps.some(({ kind }) => kind === 'drain-containers')
  if (isDrained || !waiting) drains.forget(spec.id)
  else await ports.queue.wake(spec.id, { at: drains.endsAt(spec.id) ?? ports.clock.now() })
}
