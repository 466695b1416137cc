import type { StoredEvent } from '@parcela/core'

/** One event as server-sent events write it (WHATWG HTML, "Server-sent events"); JSON has no line breaks. */
export const renderEvent = ({ id, event }: StoredEvent): string =>
  `event: ${event.type}\nid: ${id}\ndata: ${JSON.stringify(event)}\n\n`

/** Asks the browser to come back after a second when the connection breaks. */
export const greeting = 'retry: 1000\n\n'

/** A comment that keeps proxies from closing a quiet connection. */
export const heartbeat = ': still here\n\n'
