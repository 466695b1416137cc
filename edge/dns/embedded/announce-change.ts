import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@parcela/kit'
import { isReplyTo, soaRequest } from './soa-request.ts'
import type { Tsig } from './tsig.ts'
import { opcode } from './wire-codes.ts'

export type AnnouncerOptions = {
  zones: readonly string[]
  secondaries: readonly string[]
  /** Of the secondaries. */
  port: number
  /** The address that they know us by; `0.0.0.0` and `::` leave the choice to the system. */
  from: string
  tsig: Tsig
  log: Log
}

/** Changes that come together are told together. */
const gatherMs = 100
/** How long each try waits to be acknowledged (RFC 1996, section 3.6, with less patience: a secondary also asks by itself). */
const patienceMs = [2_000, 4_000, 8_000]
const notifyFlags = (opcode.notify << 11) | 0x0400

/** Tells the secondaries that there is a newer serial (NOTIFY, RFC 1996), so that they do not wait for their refresh time. */
export const createAnnouncer = (options: AnnouncerOptions) => {
  const { zones, secondaries } = options
  const pairs = secondaries.flatMap(secondary => zones.map(zone => ({ zone, secondary })))
  const closing = new AbortController()
  const { signal } = closing
  let isDue = false
  let running: Promise<void> | undefined

  const announceAll = async (): Promise<void> => {
    while (isDue && !signal.aborted) {
      await sleep(gatherMs, undefined, { signal }).catch(ignoreAbort)
      isDue = false
      await Promise.all(pairs.map(pair => announceOne(pair, { ...options, signal })))
    }
    running = undefined
  }

  return {
    /** Returns at once; what goes wrong is in the log. */
    announce: (): void => {
      if (pairs.length === 0 || signal.aborted) return
      isDue = true
      running ??= announceAll()
    },
    close: async (): Promise<void> => {
      closing.abort()
      await running
    },
  }
}

type Pair = { zone: string; secondary: string }

const announceOne = async (pair: Pair, options: AnnouncerOptions & { signal: AbortSignal }): Promise<void> => {
  const { signal, log } = options
  try {
    if (signal.aborted || (await isAcknowledged(pair, options))) return
    log.warn(pair, 'a secondary name server did not acknowledge that the zone has changed')
  } catch (error) {
    // The rim of a task that nobody waits for: the secondary also asks by itself, in its time.
    if (!signal.aborted) log.warn({ ...pair, err: error }, 'a secondary name server could not be told of a change')
  }
}

const isAcknowledged = async (
  { zone, secondary }: Pair,
  { port, from, tsig, log, signal }: AnnouncerOptions & { signal: AbortSignal },
): Promise<boolean> => {
  const socket = createSocket(isIPv6(secondary) ? 'udp6' : 'udp4')
  const request = soaRequest(zone, notifyFlags)
  let isHeard = false
  const heard = new Promise<void>(resolve => {
    socket.on('message', reply => {
      isHeard ||= isReplyTo(request, reply)
      if (isHeard) resolve()
    })
  })
  try {
    await open(socket, { from, secondary, signal })
    socket.connect(port, secondary)
    await once(socket, 'connect', { signal })
    // Nobody at that port: the next try may find somebody.
    socket.on('error', error => log.debug({ err: error, secondary }, 'a notification was not delivered'))
    for (const waitMs of patienceMs) {
      socket.send(tsig.request(request))
      await Promise.race([heard, sleep(waitMs, undefined, { signal })])
      if (isHeard) return true
    }
    return false
  } finally {
    socket.close()
  }
}

const open = async (
  socket: Socket,
  { from, secondary, signal }: { from: string; secondary: string; signal: AbortSignal },
): Promise<void> => {
  const isSpecific = !/^[0:.]+$/.test(from) && isIPv6(from) === isIPv6(secondary)
  socket.bind({ port: 0, ...(isSpecific ? { address: from } : {}) })
  await once(socket, 'listening', { signal })
}

const ignoreAbort = (): undefined => undefined
