import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordSet } from '@parcela/core'
import { runToEnd, silentLog } from '@parcela/kit'
import { afterEach, beforeEach } from 'vitest'
import { createEmbeddedNameServer, type EmbeddedNameServerOptions } from './create-embedded-name-server.ts'

/** An address record, as most are. */
export const address = (name: string, value = '127.0.0.1'): RecordSet => ({ name, type: 'A', ttl: 60, values: [value] })

/** Servers with a directory of their own for each test of the file; what is in `closers` is closed after it, last first. */
export const prepareServers = () => {
  const closers: (() => unknown)[] = []
  let directory = ''

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parcela-dns-'))
  })
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
    await rm(directory, { recursive: true })
  })

  return {
    closers,
    fileOf: (name: string) => join(directory, name),
    /** `null` leaves out the first `replaceRecords`. */
    startServer: async (records: readonly RecordSet[] | null, options: Partial<EmbeddedNameServerOptions> = {}) => {
      const server = createEmbeddedNameServer({
        bind: '127.0.0.1',
        port: 0,
        zones: ['apps.localhost', 'xn--parcela-9za.test'],
        directory,
        clock: { now: () => new Date() },
        log: silentLog,
        ...options,
      })
      const { port } = await server.start()
      closers.push(server.stop)
      if (records) await server.replaceRecords(records)
      return { server, port }
    },
  }
}

/** Real dig: what an administrator would look with. */
export const dig = async (port: number, ...words: string[]): Promise<string> => {
  const argv = ['dig', '-p', String(port), '@127.0.0.1', '+tries=1', '+time=3', ...words] as const
  const { stdout } = await runToEnd(argv, { timeoutMs: 10_000 }).catch(error => {
    throw new Error('These tests look with dig: install the package bind9-dnsutils', { cause: error })
  })
  return stdout
}

/** The values alone, sorted. */
export const digShort = async (port: number, ...words: string[]): Promise<string[]> =>
  (await dig(port, '+short', ...words)).trim().split('\n').sort()
