import type { ServiceId } from './id.ts'

/** Upper bounds, in milliseconds, of the classes that latencies are counted in; the last class has no bound. */
export const latencyBoundsMs: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000,
]

/** Visits of one service within one minute, at one edge. */
export type TrafficFigures = {
  service_id: ServiceId
  /** The minute's beginning, UTC. */
  minute: Date
  /** Answers by status class: index 0 is 1xx, index 4 is 5xx. */
  requests: readonly [number, number, number, number, number]
  /** Bytes sent to visitors, headers included. */
  bytes: number
  /** How many answers took how long; one more entry than `latencyBoundsMs`. */
  latencies: readonly number[]
}
