import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'

/** Every content is looked at each time; the grace of a day needs no look every minute. */
const sweepsPerGrace = 24
const batchSize = 1_000

/** Removes contents that nothing refers to and that nobody wanted for long: of uploads whose process died before anything referred to them. */
export const createFileSweep = (ports: Pick<ReconcilerPorts, 'files' | 'desired'>, options: ReconcilerOptions) => {
  let sweptAtMs = Number.NEGATIVE_INFINITY

  const sweep = async (oldestMs: number): Promise<void> => {
    let batch: string[] = []
    const removeBatch = async () => {
      await ports.files.removeUnreferenced(batch, ports.desired.findUnreferencedBlobs)
      batch = []
    }
    for await (const { sha256, touched_at } of ports.files.list()) {
      if (touched_at.getTime() > oldestMs) continue
      batch.push(sha256)
      if (batch.length >= batchSize) await removeBatch()
    }
    await removeBatch()
  }

  return async (now: Date): Promise<void> => {
    if (now.getTime() - sweptAtMs < options.uploadGraceMs / sweepsPerGrace) return
    await sweep(now.getTime() - options.uploadGraceMs)
    sweptAtMs = now.getTime()
  }
}
