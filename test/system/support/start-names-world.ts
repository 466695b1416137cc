import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Pebble, startPebble } from '../../acme/start-pebble.ts'
import { type BindServer, type BindZone, startBind } from '../../conformance/bind-server.ts'
import { findFreeRange } from './find-free-range.ts'

export type NamesWorld = {
  /** The authority, which looks names up at `dns` and fetches files from Parcela's HTTP port. */
  pebble: Pebble
  /** The DNS of the world, as a person's provider and everybody's resolver would be. */
  dns: BindServer
  /** What an installation in this world is told. */
  settings: Record<string, string>
  stop(): Promise<void>
}

export const panelHost = 'parcela.example.test'
export const appsDomain = 'sites.test'

/**
 * A small world with a DNS and a certificate authority of its own, in which Parcela's own name server speaks for its zones (`embedded`), or
 * writes them to that DNS (`rfc2136`). `zones` belong to the people who bring domains.
 */
export const startNamesWorld = async (
  server: 'embedded' | 'rfc2136',
  zones: readonly BindZone[],
): Promise<NamesWorld> => {
  const directory = await mkdtemp(join(tmpdir(), 'parcela-names-'))
  const ports = await findFreeRange(3)
  const own = { http: ports, dns: ports + 1 }
  const ours: BindZone[] = [appsDomain, panelHost].map(name =>
    server === 'embedded' ? { name, forwardTo: { port: own.dns } } : { name },
  )
  const dns = await startBind([...ours, ...zones], { port: ports + 2 })
  const pebble = await startPebble({ directory: join(directory, 'pebble'), dnsPort: dns.port, httpPort: own.http })
  const keyFile = join(directory, 'update.key')
  const { name, algorithm, secret } = dns.key
  await writeFile(keyFile, `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };\n`, { mode: 0o600 })
  return {
    pebble,
    dns,
    settings: {
      PARCELA_PANEL_HOST: panelHost,
      PARCELA_APPS_DOMAIN: appsDomain,
      PARCELA_HTTP_PORT: String(own.http),
      PARCELA_DNS_PORT: String(own.dns),
      PARCELA_DNS_RESOLVERS: `127.0.0.1:${dns.port}`,
      PARCELA_CERTIFICATES: 'acme',
      PARCELA_ACME_DIRECTORY: pebble.directoryUrl,
      PARCELA_ACME_CA: pebble.caFile,
      ...(server === 'rfc2136'
        ? {
            PARCELA_DNS_SERVER: 'rfc2136',
            PARCELA_DNS_UPDATE_SERVER: `127.0.0.1:${dns.port}`,
            PARCELA_DNS_UPDATE_KEY: keyFile,
          }
        : {}),
    },
    stop: async () => {
      await pebble.stop()
      await dns.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
