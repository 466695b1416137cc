import { AppError, type ServiceAnswer, type ServiceEvent, type StatusEvent } from '@parcela/contract'
import { followEvents } from '../gateway/follow-events.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { formatDuration } from '../terminal/format-duration.ts'
import type { AskedService } from './request-service.ts'

type Options = { onLine: (text: string) => void; signal: AbortSignal }

/** Follows the work until visitors get the release, telling each step with its time. Throws why it did not come to that. */
export const awaitRelease = async (
  gateway: Gateway,
  asked: AskedService,
  { onLine, signal }: Options,
): Promise<ServiceAnswer> => {
  let told = ''
  for await (const event of followEvents(gateway, asked.id, signal)) {
    const line = describe(event, asked.release_id)
    if (line && line !== told) onLine(line)
    told = line ?? told
    if (event.type === 'status' && hasArrived(event, asked)) return gateway.getService(asked.id)
  }
  throw new AppError(
    'unavailable',
    `${asked.name} was not live in time; the work goes on. See: parcela status ${asked.name}`,
  )
}

const describe = (event: ServiceEvent, releaseId: string): string | undefined => {
  if (event.type === 'domain' || event.release_id !== releaseId) return undefined
  if (event.type === 'status')
    return event.status_reason && !isEnd[event.status]
      ? `${event.status_reason.message} It is tried again by itself.`
      : undefined
  if (event.finished_at === null) return undefined
  const ms = Date.parse(event.finished_at) - Date.parse(event.started_at)
  const end = event.status === 'failed' ? `failed: ${event.message ?? 'without a reason'}` : formatDuration(ms)
  return `${event.step.padEnd(20)} ${end}`
}

/** Which words are the end of the work, and not a state on the way. */
const isEnd: Record<StatusEvent['status'], boolean> = {
  pending_approval: false,
  queued: false,
  building: false,
  starting: false,
  updating: false,
  sleeping: false,
  running: true,
  stopped: true,
  failed: true,
  deleting: true,
}

/** True when visitors get the release; throws when they never will. */
const hasArrived = (event: StatusEvent, asked: AskedService): boolean => {
  if (event.generation < asked.generation) return false
  if (event.release_id !== asked.release_id)
    throw new AppError('conflict', `A later change took the place of this publish. See: parcela status ${asked.name}`)
  if (!isEnd[event.status]) return false
  if (event.status === 'running') return event.serving_release_id === asked.release_id
  if (event.status === 'failed') throw failure(event)
  throw new AppError('conflict', `${asked.name} is ${event.status}: somebody else changed it meanwhile.`)
}

const failure = ({ status_reason: reason, serving_release_id: serving }: StatusEvent): AppError =>
  new AppError(
    reason?.code ?? 'rejected',
    `${reason?.step ? `${reason.step}: ` : ''}${reason?.message ?? 'The release failed.'}${
      serving ? ' What was published before keeps serving.' : ''
    }`,
  )
