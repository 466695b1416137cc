import { toAppError } from '@parcela/contract'
import { createTurn } from '@parcela/kit'
import { createInterruptions } from './interruptions.ts'
import { createReconcileService } from './reconcile-service.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'
import { createResync, publishNames } from './resync.ts'

export type Reconciler = {
  /** Puts routes, records and certificates in place, then works on wake-ups and compares everything once in a while. */
  start(): Promise<void>
  /** Compares everything now. */
  resync(): Promise<void>
  /** Interrupts what is under way and ends; everything is resumed by the next start. */
  stop(): Promise<void>
}

/** Makes what is true match what should be, for ever. */
export const createReconciler = (ports: ReconcilerPorts, options: ReconcilerOptions): Reconciler => {
  const interruptions = createInterruptions(ports.desired)
  const names = createTurn()
  const reconcileService = createReconcileService(ports, options, { interruptions, names })
  const resync = createResync(ports, options, names)
  let worker: { stop(): Promise<void> } | undefined
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  const resyncAndLog = async () => {
    try {
      await resync()
    } catch (error) {
      const { message, code } = toAppError(error)
      ports.log.warn({ code, err: error }, `the comparison of everything could not be finished: ${message}`)
    }
  }
  let next: Promise<void> | undefined
  // One at a time, and one at most that waits: comparisons that take longer than the pause between them must not pile up.
  const resyncInTurn = () => {
    next ??= running.then(() => {
      next = undefined
      return resyncAndLog()
    })
    running = next
    return next
  }

  return {
    start: async () => {
      await publishNames(ports, options, names)
      worker = await ports.queue.start(reconcileService, { concurrency: options.concurrency })
      timer = setInterval(resyncInTurn, options.resyncEveryMs)
      void resyncInTurn()
    },
    resync: resyncInTurn,
    stop: async () => {
      clearInterval(timer)
      interruptions.stop()
      await worker?.stop()
      await running
    },
  }
}
