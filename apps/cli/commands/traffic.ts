import type { TrafficAnswer, TrafficPoint } from '@parcela/contract'
import { formatBytes } from '../terminal/format-bytes.ts'
import { formatDuration } from '../terminal/format-duration.ts'
import { renderTable } from '../terminal/render-table.ts'
import { printLine } from '../terminal/terminal.ts'
import { type Context, openGateway } from './context.ts'

export type TrafficOptions = { hours: number; json?: boolean }

/** Prints who came to a service: in all, and by hour (by day where it is more than two days). */
export const traffic = async (context: Context, service: string, options: TrafficOptions): Promise<void> => {
  const { output, notes } = context.terminal
  const gateway = await openGateway(context)
  const { id } = await gateway.getServiceByName(service)
  const answer = await gateway.readTraffic(id, options.hours)
  if (options.json) return printLine(output, JSON.stringify(answer, null, 2))
  if (answer.items.length === 0) return printLine(notes, `Nobody came in the last ${options.hours} hours.`)
  printLine(output, renderTable(totalRows(answer.total)))
  printLine(output)
  printLine(output, renderTable([['TIME (UTC)', 'REQUESTS', '4XX', '5XX', 'SENT'], ...spanRows(answer)]))
}

const totalRows = ({ requests, bytes, p50_ms, p95_ms }: Omit<TrafficPoint, 'at'>): string[][] => [
  ['requests', String(countOf(requests))],
  ...Object.entries(requests)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => [`  ${name}`, String(count)]),
  ['sent', formatBytes(bytes)],
  ['half within', duration(p50_ms)],
  ['95 % within', duration(p95_ms)],
]

/** Steps are too many to read; they are put together by the hour or the day that their time begins with. */
const spanRows = ({ items, step_seconds }: TrafficAnswer): string[][] => {
  const length = step_seconds === 60 ? '2026-01-02T03'.length : '2026-01-02'.length
  const spans = Map.groupBy(items, ({ at }) => at.slice(0, length))
  return [...spans].map(([begin, points]) => {
    const sum = (count: (point: TrafficPoint) => number): number =>
      points.reduce((total, point) => total + count(point), 0)
    return [
      step_seconds === 60 ? `${begin.replace('T', ' ')}:00` : begin,
      String(sum(({ requests }) => countOf(requests))),
      String(sum(({ requests }) => requests['4xx'])),
      String(sum(({ requests }) => requests['5xx'])),
      formatBytes(sum(({ bytes }) => bytes)),
    ]
  })
}

const countOf = (requests: TrafficPoint['requests']): number =>
  Object.values(requests).reduce((sum, count) => sum + count, 0)

const duration = (ms: number | null): string => (ms === null ? '-' : formatDuration(ms))
