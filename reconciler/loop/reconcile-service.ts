import {
  isTidying,
  planService,
  type RunId,
  type ServiceId,
  type ServiceSpec,
  type ServiceStatus,
  type Step,
} from '@parcela/core'
import type { Turn } from '@parcela/kit'
import { applyPlan, applyTidying } from './apply-plan.ts'
import { createBacklog } from './create-backlog.ts'
import { createDrainClock, type DrainClock } from './drain-clock.ts'
import { createFileDigests, type FileDigests } from './file-digests.ts'
import { Interrupted, type Interruptions } from './interruptions.ts'
import { readWorld, type World } from './read-world.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'
import { recordFailure } from './record-failure.ts'
import { recordProgress, recordSuccess } from './record-progress.ts'
import type { Work } from './work.ts'

/**
 * Makes one service what it should be. It receives an id and nothing else: new, changed, failed, restarted and drifted services take this one
 * path. Failures are recorded on the service and, where trying again can help, a later wake-up is queued; only failures to record are thrown.
 */
export const createReconcileService = (
  ports: ReconcilerPorts,
  options: ReconcilerOptions,
  shared: { interruptions: Interruptions; names: Turn },
) => {
  const { interruptions, names } = shared
  const drains = createDrainClock(ports.clock, options.drainMs)
  const digests = createFileDigests(ports.desired)

  return async (id: ServiceId): Promise<void> => {
    const { signal, workOn, leave } = interruptions.enter(id)
    try {
      const spec = await ports.desired.findService(id)
      if (!spec) return
      workOn(spec.generation)
      await reconcile({ ports, options, names, drains, digests, spec, signal })
    } finally {
      leave()
    }
  }
}

type Context = {
  ports: ReconcilerPorts
  options: ReconcilerOptions
  names: Turn
  drains: DrainClock
  digests: FileDigests
  spec: ServiceSpec
  signal: AbortSignal
}

const reconcile = async (context: Context): Promise<void> => {
  const { ports, options, names, drains, digests, spec, signal } = context
  const status = await ports.observed.findStatus(spec.id)
  const work: Work = {
    ports,
    options,
    spec,
    host: `${spec.name}.${options.appsDomain}`,
    signal,
    names,
    target: undefined,
  }
  try {
    const isDrained = drains.isOver(spec.id)
    const world = await readWorld(ports, options, { spec, status, host: work.host, isDrained, digests })
    if (!world) return
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
  const steps = plan.filter(step => !isTidying(step) || spec.power === 'deleted')

  if (steps.length > 0) {
    await runSteps(work, world, { steps, drains })
  }
  if (spec.power === 'deleted') {
    drains.forget(spec.id)
    return
  }

  // What the steps told of themselves has taken the place of what was told before.
  const told = steps.length > 0 ? await ports.observed.findStatus(spec.id) : status
  await recordSuccess(work, world, told)
  if (spec.power === 'running') await tidyUp(work, world, { drains, steps: plan.filter(isTidying) })
}

/** Does the steps, with their entries in the journal and the status that people see written beside them: the work waits for no such write but the last. */
const runSteps = async (
  work: Work,
  world: World,
  { steps, drains }: { steps: readonly Step[]; drains: DrainClock },
): Promise<void> => {
  const { ports, spec } = work
  const backlog = createBacklog()
  const run = Promise.withResolvers<RunId>()
  backlog.add(async () => {
    await ports.journal.closeAbandonedRuns(spec.id)
    await recordProgress.begin(work, world)
    const release_id = work.target?.release_id ?? null
    run.resolve(await ports.journal.startRun({ id: spec.id, generation: spec.generation, release_id }))
  })
  const finish = async (outcome: 'done' | 'failed' | 'cancelled'): Promise<void> => {
    backlog.add(async () => ports.journal.finishRun(await run.promise, outcome))
    await backlog.settle()
  }

  try {
    await applyPlan(work, steps, {
      run: run.promise,
      backlog,
      beforeStep: step => {
        if (step.kind === 'switch-route') drains.start(spec.id)
        backlog.add(() => recordProgress.step(work, world, step))
      },
    })
  } catch (error) {
    await finish(error instanceof Interrupted ? 'cancelled' : 'failed')
    throw error
  }
  await finish('done')
}

/** What served before goes once its visitors had time to leave; until then a later wake-up is queued for it. */
const tidyUp = async (
  work: Work,
  world: World,
  { drains, steps }: { drains: DrainClock; steps: readonly Step[] },
): Promise<void> => {
  const { ports, spec, target } = work
  await applyTidying(work, steps)
  const waiting = world.seen.instances.some(({ revision }) => revision !== target?.revision)
  const isDrained = steps.some(({ kind }) => kind === 'drain-containers')
  if (isDrained || !waiting) drains.forget(spec.id)
  else await ports.queue.wake(spec.id, { at: drains.endsAt(spec.id) ?? ports.clock.now() })
}
