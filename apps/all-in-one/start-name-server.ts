import { join } from 'node:path'
import type { Clock, NameServer } from '@parcela/core'
import { createEmbeddedNameServer, type EmbeddedNameServerOptions } from '@parcela/edge-dns-embedded'
import type { Log } from '@parcela/kit'
import type { Settings } from './settings.ts'
import { readTsigKey } from './tsig-key.ts'

type Parts = { settings: Settings; platform: string; clock: Clock; log: Log }

export type StartedNameServer = { nameServer: NameServer; stop: () => Promise<void> }

/** Names are published by a server of our own, or on one that takes dynamic updates: decided here, once. */
export const startNameServer = async (parts: Parts): Promise<StartedNameServer> =>
  parts.settings.PARCELA_DNS_SERVER === 'rfc2136' ? openOtherServer(parts) : startEmbeddedServer(parts)

const startEmbeddedServer = async ({ settings, clock, log }: Parts): Promise<StartedNameServer> => {
  const nameServer = createEmbeddedNameServer({
    bind: settings.PARCELA_BIND,
    port: settings.PARCELA_DNS_PORT,
    zones: settings.zones,
    directory: join(settings.home, 'dns'),
    nameServerAddresses: settings.edgeAddresses,
    ...(await readTransfer(settings)),
    clock,
    log,
  })
  await nameServer.start()
  return { nameServer, stop: () => nameServer.stop() }
}

/** The secondaries, where there are any. */
const readTransfer = async (settings: Settings): Promise<Pick<EmbeddedNameServerOptions, 'transfer'>> => {
  const { PARCELA_DNS_SECONDARIES: allowedAddresses, PARCELA_DNS_TRANSFER_KEY: keyFile } = settings
  if (!allowedAddresses || !keyFile) return {}
  const key = await readTsigKey(keyFile, 'PARCELA_DNS_TRANSFER_KEY', ['hmac-sha256'])
  const { PARCELA_DNS_SECONDARY_NAMES: nameServerNames } = settings
  return { transfer: { keys: [key], allowedAddresses, ...(nameServerNames ? { nameServerNames } : {}) } }
}

const openOtherServer = async ({ settings, platform, clock, log }: Parts): Promise<StartedNameServer> => {
  const { PARCELA_DNS_UPDATE_SERVER: server, PARCELA_DNS_UPDATE_KEY: keyFile } = settings
  if (!server || !keyFile) throw new Error('the settings were read without their cross-check')
  const { createRfc2136NameServer } = await import('@parcela/edge-dns-rfc2136')
  const key = await readTsigKey(keyFile, 'PARCELA_DNS_UPDATE_KEY')
  const nameServer = createRfc2136NameServer({ server, zones: settings.zones, key, ownerId: platform, clock, log })
  return { nameServer, stop: async () => undefined }
}
