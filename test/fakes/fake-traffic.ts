import type { TrafficFigures, TrafficLog, TrafficRecorder } from '@parcela/core'
import { type Faulty, withFaults } from './with-faults.ts'

export type FakeTraffic = {
  log: Faulty<TrafficLog>
  recorder: Faulty<TrafficRecorder>
  /** Visits that an edge wrote down, one entry at a time. */
  write(figures: TrafficFigures): void
  listRecorded(): TrafficFigures[]
  countCompactions(): number
}

/** The log of an edge and what is kept of it, in memory. A read answers two entries at most. */
export const createFakeTraffic = (): FakeTraffic => {
  const entries: TrafficFigures[] = []
  const positions = new Map<string, string>()
  const recorded: TrafficFigures[] = []
  let compactions = 0
  return {
    log: withFaults<TrafficLog>({
      read: async position => {
        const from = Number(position ?? 0)
        const figures = structuredClone(entries.slice(from, from + 2))
        return { position: String(from + figures.length), figures }
      },
    }),
    recorder: withFaults<TrafficRecorder>({
      findPosition: async edge => positions.get(edge) ?? null,
      record: async (edge, position, figures) => {
        positions.set(edge, position)
        recorded.push(...structuredClone(figures))
      },
      compact: async () => {
        compactions += 1
      },
    }),
    write: figures => {
      entries.push(structuredClone(figures))
    },
    listRecorded: () => structuredClone(recorded),
    countCompactions: () => compactions,
  }
}
