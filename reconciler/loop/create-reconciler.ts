import { toAppError } from '@parcela/contract'
import { publishCertificates } from '../certificates/publish-certificates.ts'
import { createTrafficCollector } from '../traffic/create-traffic-collector.ts'
import { createRepeated } from './create-repeated.ts'
import { createInterruptions } from './interruptions.ts'
import { createReconcileService } from './reconcile-service.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'
import { createResync, keepRecords, publishRecords, publishRoutes } from './resync.ts'
import { createShared } from './shared.ts'

export type Reconciler = {
  /** Puts routes, records and certificates in place, then works on wake-ups and compares everything once in a while. Waits for no authority and for no name server. */
  start(): Promise<void>
  /** Compares everything now. */
  resync(): Promise<void>
  /** Interrupts what is under way and ends; everything is resumed by the next start. */
  stop(): Promise<void>
}

const collectTrafficEveryMs = 15_000
/** Changes of records that come together are written down together. */
const recordsPauseMs = 1_000

/** Makes what is true match what should be, for ever. */
export const createReconciler = (ports: ReconcilerPorts, options: ReconcilerOptions): Reconciler => {
  const interruptions = createInterruptions(ports.desired)
  const shared = createShared(ports, options, {
    recordsChanged: () => records.soon(recordsPauseMs),
    platformChanged: () => void comparison.now(),
  })
  const reconcileService = createReconcileService(ports, options, { ...shared, interruptions })
  const comparison = createRepeated(
    createResync(ports, options, shared),
    logFailure('the comparison of everything could not be finished'),
  )
  const records = createRepeated(
    () => keepRecords(ports, options, shared),
    logFailure('the records could not be written down'),
  )
  const traffic = createRepeated(createTrafficCollector(ports), logFailure('the visits could not be counted'))
  let worker: { stop(): Promise<void> } | undefined

  return {
    start: async () => {
      await publishRecords(ports, options, shared).catch(logFailure('the records could not be published yet'))
      await publishCertificates(ports, { all: true })
      await publishRoutes(ports, shared)
      await shared.platform.keepAll()
      worker = await ports.queue.start(reconcileService, { concurrency: options.concurrency })
      comparison.every(options.resyncEveryMs)
      traffic.every(collectTrafficEveryMs)
      void comparison.now()
    },
    resync: comparison.now,
    stop: async () => {
      interruptions.stop()
      await worker?.stop()
      await shared.keeper.stop()
      await Promise.all([comparison.stop(), records.stop(), traffic.stop()])
    },
  }

  function logFailure(what: string) {
    return (error: unknown): void => {
      const { message, code } = toAppError(error)
      ports.log.warn({ code, err: error }, `${what}: ${message}`)
    }
  }
}
