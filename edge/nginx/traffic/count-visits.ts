import { latencyBoundsMs, type ServiceId, type TrafficFigures } from '@parcela/core'

type Visit = { time: Date; service: string; status: number; bytes: number; latencyMs: number }
type Counted = {
  service_id: ServiceId
  minute: Date
  requests: [number, number, number, number, number]
  bytes: number
  latencies: number[]
}

const minuteMs = 60_000

/** The lines of the access log as figures per service and minute, in the order in which they first came. Lines that are no visit of a service are left out. */
export const countVisits = (lines: readonly string[]): TrafficFigures[] => {
  const counted = new Map<string, Counted>()
  for (const line of lines) {
    const visit = findVisit(line)
    if (!visit) continue
    const minute = Math.floor(visit.time.getTime() / minuteMs) * minuteMs
    const key = `${visit.service} ${minute}`
    const figures = counted.get(key) ?? emptyFigures(visit.service as ServiceId, new Date(minute))
    counted.set(key, figures)
    add(figures, visit)
  }
  return [...counted.values()]
}

const emptyFigures = (service_id: ServiceId, minute: Date): Counted => ({
  service_id,
  minute,
  requests: [0, 0, 0, 0, 0],
  bytes: 0,
  latencies: Array.from({ length: latencyBoundsMs.length + 1 }, () => 0),
})

const add = (figures: Counted, { status, bytes, latencyMs }: Visit): void => {
  const statusClass = (Math.floor(status / 100) - 1) as 0 | 1 | 2 | 3 | 4
  const bound = latencyBoundsMs.findIndex(most => latencyMs <= most)
  const latencyClass = bound < 0 ? latencyBoundsMs.length : bound
  figures.requests[statusClass] += 1
  figures.bytes += bytes
  figures.latencies[latencyClass] = (figures.latencies[latencyClass] ?? 0) + 1
}

const findVisit = (line: string): Visit | undefined => {
  const { time, service, status, bytes, seconds, header_seconds, kind } = parseLine(line)
  const visit = {
    time: new Date(String(time)),
    service: String(service ?? ''),
    status: Number(status),
    bytes: Number(bytes),
    // A stream lasts as long as its visitor stays; how soon it began is what was waited for.
    latencyMs: 1_000 * (kind === 'stream' ? lastNumber(header_seconds) : Number(seconds)),
  }
  const isVisit =
    visit.service !== '' &&
    !Number.isNaN(visit.time.getTime()) &&
    visit.status >= 100 &&
    visit.status < 600 &&
    Number.isSafeInteger(visit.bytes) &&
    visit.latencyMs >= 0
  return isVisit ? visit : undefined
}

/** A line that a power cut left half-written has nothing to say. */
const parseLine = (line: string): Record<string, unknown> => {
  try {
    return Object(JSON.parse(line)) as Record<string, unknown>
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

/** nginx writes `0.004`, `-` when nobody was asked, or several with commas and colons between. */
const lastNumber = (text: unknown): number =>
  Number(
    String(text)
      .match(/\d+(\.\d+)?/g)
      ?.at(-1) ?? 0,
  )
