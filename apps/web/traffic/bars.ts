import type { TrafficAnswer } from '@parcela/contract'

export type Bar = { at: string; good: number; bad: number }

const most = 60

/** At most sixty bars over the whole span, also where nobody came; `bad` counts the answers 5xx. Pure. */
export const barsOf = ({ from, to, step_seconds, items }: TrafficAnswer): Bar[] => {
  const start = Date.parse(from)
  const steps = Math.max(1, Math.ceil((Date.parse(to) - start) / (step_seconds * 1000)))
  const stepsEach = Math.ceil(steps / most)
  const widthMs = stepsEach * step_seconds * 1000
  const bars = Array.from({ length: Math.ceil(steps / stepsEach) }, (_, index) => ({
    at: new Date(start + index * widthMs).toISOString(),
    good: 0,
    bad: 0,
  }))
  for (const { at, requests } of items) {
    const index = Math.min(bars.length - 1, Math.max(0, Math.floor((Date.parse(at) - start) / widthMs)))
    const bar = bars[index]
    if (!bar) continue
    bar.bad += requests['5xx']
    bar.good += requests['1xx'] + requests['2xx'] + requests['3xx'] + requests['4xx']
  }
  return bars
}
