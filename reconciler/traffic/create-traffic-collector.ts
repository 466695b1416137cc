import type { Clock, TrafficLog, TrafficRecorder } from '@parcela/core'

const compactEveryMs = 3_600_000
/** A read holds some megabytes; what a busy edge wrote beyond that waits for the next time. */
const readsAtOnce = 20
/** The edge of this process; others are read where they run. */
const edge = 'main'

/** Moves what the edge wrote down of its visitors into the database, and folds it once an hour. */
export const createTrafficCollector = ({
  trafficLog,
  trafficRecorder,
  clock,
}: {
  trafficLog: TrafficLog
  trafficRecorder: TrafficRecorder
  clock: Clock
}) => {
  let compactedAtMs = Number.NEGATIVE_INFINITY

  const compact = async (): Promise<void> => {
    const now = clock.now()
    if (now.getTime() - compactedAtMs < compactEveryMs) return
    await trafficRecorder.compact(now)
    compactedAtMs = now.getTime()
  }

  return async (): Promise<void> => {
    let position = await trafficRecorder.findPosition(edge)
    for (let reads = 0; reads < readsAtOnce; reads += 1) {
      const read = await trafficLog.read(position)
      if (read.position === position) break
      await trafficRecorder.record(edge, read.position, read.figures)
      position = read.position
    }
    await compact()
  }
}
