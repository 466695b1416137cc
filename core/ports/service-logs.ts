import type { LogLine } from '@parcela/contract'
import type { ServiceId } from '../model/id.ts'

/** What a service says while it runs. The gateway is handed this, and never a runtime. */
export interface ServiceLogs {
  /** Lines of the newest instance; none when nothing runs. With `follow` until aborted. */
  read(serviceId: ServiceId, options: { lines: number; follow: boolean; signal: AbortSignal }): AsyncIterable<LogLine>
}
