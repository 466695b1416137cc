import { AppError } from '@parcela/contract'
import { type Connection, createConnection } from '../connection/connection.ts'
import type { CredentialsStore } from '../connection/credentials.ts'
import { type LocalInstallation, readLocalCa } from '../connection/local-installation.ts'
import { createGateway, type Gateway } from '../gateway/gateway.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { parseServerUrl } from './parse-server-url.ts'

/** What every command is given. */
export type Context = {
  terminal: Terminal
  credentials: CredentialsStore
  local: LocalInstallation
  /** From the environment: they come before what was remembered. */
  given: { url: string | undefined; apiKey: string | undefined }
  /** The name of this machine: part of the name of its API key. */
  machine: string
  signal: AbortSignal
}

/** The gateway with the caller's key. `unauthenticated` when there is none. */
export const openGateway = async (context: Context): Promise<Gateway> => createGateway(await openConnection(context))

const openConnection = async ({ credentials, local, given }: Context): Promise<Connection> => {
  const known = await credentials.read()
  const url = given.url === undefined ? (known.current ?? local.pageUrl) : parseServerUrl(given.url)
  const server = url === undefined ? undefined : known.servers[url]
  const apiKey = given.apiKey ?? server?.api_key
  if (url === undefined || apiKey === undefined)
    throw new AppError('unauthenticated', 'You are not signed in here. Sign in with: parcela login')
  const ca = readLocalCa(url, local) ?? server?.ca
  return createConnection({ url, apiKey, ...(ca ? { ca } : {}) })
}
