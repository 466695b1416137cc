import { z } from 'zod'

const count = z.int().min(0)

/** Visits within one step of time. Latencies are estimated from classes; null without visits. */
export const trafficPoint = z
  .object({
    at: z.iso.datetime(),
    /** Answers by status class. */
    requests: z.object({ '1xx': count, '2xx': count, '3xx': count, '4xx': count, '5xx': count }),
    /** Bytes sent to visitors. */
    bytes: count,
    p50_ms: z.number().nullable(),
    p95_ms: z.number().nullable(),
  })
  .meta({ id: 'TrafficPoint' })
export type TrafficPoint = z.infer<typeof trafficPoint>

export const trafficAnswer = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    step_seconds: z.int(),
    /** Oldest first; steps without visits are left out. */
    items: z.array(trafficPoint),
    total: trafficPoint.omit({ at: true }),
  })
  .meta({ id: 'Traffic' })
export type TrafficAnswer = z.infer<typeof trafficAnswer>
