import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CertificateIssuer } from '@parcela/core'
import { type CertbotOptions, createCertbotIssuer } from '@parcela/edge-certificates-certbot'
import { createEmbeddedNameServer, type EmbeddedNameServer } from '@parcela/edge-dns-embedded'
import { silentLog } from '@parcela/kit'
import { type Pebble, startPebble } from './start-pebble.ts'

export type AcmeWorld = {
  /** Holds everything. */
  home: string
  pebble: Pebble
  nameServer: EmbeddedNameServer
  dnsPort: number
  webroot: string
  createIssuer(options?: Partial<CertbotOptions>): CertificateIssuer
  stop(): Promise<void>
}

const clock = { now: () => new Date() }

/** Our name server, pebble that asks it, and certbot issuers that use both. The names lie below example.test, and lead to the loopback. */
export const openAcmeWorld = async (
  pebbleOptions: Omit<Parameters<typeof startPebble>[0], 'directory' | 'dnsPort'> = {},
): Promise<AcmeWorld> => {
  const home = await mkdtemp(join(tmpdir(), 'parcela-acme-'))
  const nameServer = createEmbeddedNameServer({
    bind: '127.0.0.1',
    port: 0,
    zones: ['example.test'],
    directory: join(home, 'dns'),
    clock,
    log: silentLog,
  })
  const { port: dnsPort } = await nameServer.start()
  await nameServer.replaceRecords([
    { name: 'example.test', type: 'A', ttl: 60, values: ['127.0.0.1'] },
    { name: '*.example.test', type: 'A', ttl: 60, values: ['127.0.0.1'] },
  ])
  const pebble = await startPebble({ ...pebbleOptions, directory: join(home, 'pebble'), dnsPort })
  const webroot = join(home, 'webroot')
  return {
    home,
    pebble,
    nameServer,
    dnsPort,
    webroot,
    createIssuer: options =>
      createCertbotIssuer({
        directory: join(home, 'certbot'),
        directoryUrl: pebble.directoryUrl,
        isStaging: false,
        caBundleFile: pebble.caFile,
        webroot,
        nameServer,
        clock,
        log: silentLog,
        ...options,
      }),
    stop: async () => {
      await pebble.stop()
      await nameServer.stop()
      await rm(home, { recursive: true })
    },
  }
}
