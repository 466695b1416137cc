import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@parcela/kit'
import pg from 'pg'

/** Receives what was notified; undefined when the connection is new and anything may have been missed. */
export type NotificationHandler = (payload: string | undefined) => void

export type Listener = {
  /** Calls the handler until the returned function is called. The first subscription opens the connection. */
  subscribe(channel: Channel, handler: NotificationHandler): () => void
  close(): Promise<void>
}

const channels = ['parcela_events', 'parcela_desired'] as const
type Channel = (typeof channels)[number]

const heartbeatMs = 30_000
const longestPauseMs = 5_000

/**
 * The one connection of the process that listens to PostgreSQL's notifications. A lost connection is opened again, at once and then after longer
 * pauses; every handler is told, so that it can read in the tables what it missed.
 */
export const createListener = (options: { database: { connectionString: string }; log: Log }): Listener => {
  const { log } = options
  const { connectionString } = options.database
  const handlers = new Map<Channel, Set<NotificationHandler>>(channels.map(channel => [channel, new Set()]))
  const closed = new AbortController()
  let running: Promise<void> | undefined

  const tell = (channel: string, payload: string | undefined): void => {
    for (const handler of handlers.get(channel as Channel) ?? []) {
      try {
        handler(payload)
      } catch (error) {
        log.error({ err: error, channel }, 'A listener failed')
      }
    }
  }
  const listen = async (): Promise<void> => {
    for (let failures = 0; !closed.signal.aborted; failures += 1) {
      try {
        await listenOnce(connectionString, {
          signal: closed.signal,
          onReady: () => {
            failures = 0
            for (const channel of channels) tell(channel, undefined)
          },
          onNotification: tell,
        })
      } catch (error) {
        log.warn({ err: error, failures }, 'The listening connection was lost')
      }
      if (!closed.signal.aborted) await pause(Math.min(50 * 2 ** failures, longestPauseMs), closed.signal)
    }
  }

  return {
    subscribe: (channel, handler) => {
      // A wrapper of its own, so that one function may be subscribed twice.
      const entry: NotificationHandler = payload => handler(payload)
      handlers.get(channel)?.add(entry)
      running ??= listen()
      return () => {
        handlers.get(channel)?.delete(entry)
      }
    },
    close: async () => {
      closed.abort()
      await running
    },
  }
}

type Ears = {
  signal: AbortSignal
  onReady: () => void
  onNotification: (channel: string, payload: string | undefined) => void
}

/** Resolves when aborted, rejects when the connection is lost. */
const listenOnce = async (connectionString: string, { signal, onReady, onNotification }: Ears): Promise<void> => {
  const client = new pg.Client({
    connectionString,
    application_name: 'parcela listener',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
  })
  const lost = new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
    client.on('error', reject)
    client.on('end', () => reject(new Error('The connection was closed')))
  })
  // The race below sees it; this keeps a loss before the race from being an unhandled rejection.
  const loss = lost.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  client.on('notification', ({ channel, payload }) => onNotification(channel, payload))

  await client.connect()
  const heartbeat = setInterval(() => client.query('select 1').catch(error => client.emit('error', error)), heartbeatMs)
  try {
    await client.query(channels.map(channel => `listen ${channel}`).join('; '))
    if (!signal.aborted) onReady()
    const lostWith = await loss
    if (lostWith) throw lostWith.error
  } finally {
    clearInterval(heartbeat)
    await client.end()
  }
}

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await Promise.race([sleep(ms), new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))])
}
