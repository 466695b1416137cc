import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, type ServiceEvent, serviceEvent } from '@parcela/contract'
import { readLines } from '../connection/read-lines.ts'
import type { Gateway } from './gateway.ts'

/** Pause before a lost connection is tried again. */
const pauseMs = 1_000

/**
 * The events of a service from the first on, for as long as they are read. A lost connection is taken up again where it broke off; what the
 * server refuses is thrown.
 */
export async function* followEvents(gateway: Gateway, id: string, signal: AbortSignal): AsyncGenerator<ServiceEvent> {
  let last: string | undefined
  while (!signal.aborted) {
    try {
      for await (const { id: eventId, event } of readEvents(gateway, id, last, signal)) {
        last = eventId ?? last
        yield event
      }
    } catch (error) {
      // A stream that is cut off says only that it was; the signal knows why.
      if (signal.aborted) throw signal.reason
      if (!isPassing(error)) throw error
    }
    await sleep(pauseMs, undefined, { signal })
  }
}

type Numbered = { id: string | undefined; event: ServiceEvent }

/** One connection's worth of events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
async function* readEvents(
  gateway: Gateway,
  id: string,
  last: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Numbered> {
  let eventId: string | undefined
  let data: string[] = []
  for await (const line of readLines(await gateway.openEvents(id, last, signal))) {
    if (line.startsWith('id:')) eventId = line.slice(3).trim()
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
    else if (line === '' && data.length > 0) {
      // A newer server may tell of things this version does not know.
      const event = serviceEvent.safeParse(JSON.parse(data.join('\n')))
      if (event.success) yield { id: eventId, event: event.data }
      data = []
    }
  }
}

const isPassing = (error: unknown): boolean =>
  error instanceof AppError ? error.retryable : error instanceof Error && 'code' in error
