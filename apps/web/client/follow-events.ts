import type { ServiceEvent } from '@parcela/contract'

type Listeners = {
  onEvent: (event: ServiceEvent) => void
  /** False while the connection is lost; it heals by itself. */
  onConnection: (isConnected: boolean) => void
}

const longestPauseMs = 15_000

/**
 * Follows the work on a service until the returned function is called. The browser resumes a broken stream after the last event it saw;
 * where it gives up (the server refused for a moment) we open a new one, which tells everything again: listeners must take repeats.
 */
export const followEvents = (serviceId: string, { onEvent, onConnection }: Listeners): (() => void) => {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let pauseMs = 500

  const open = (): void => {
    const stream = new EventSource(`/api/v1/services/${encodeURIComponent(serviceId)}/events`)
    source = stream
    stream.onopen = () => {
      pauseMs = 500
      onConnection(true)
    }
    const read = (message: MessageEvent<string>): void => onEvent(JSON.parse(message.data) as ServiceEvent)
    stream.addEventListener('step', read)
    stream.addEventListener('status', read)
    stream.onerror = () => {
      onConnection(false)
      if (stream.readyState !== EventSource.CLOSED) return
      timer = setTimeout(open, pauseMs)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }

  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}
