import { chmod, chown, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { catalog } from '@parcela/catalog'
import type { CertificateIssuer, Clock, EdgeCertificate, Runtime, ServiceLogs } from '@parcela/core'
import type { NginxEdge } from '@parcela/edge-nginx'
import {
  createEdgeSnapshots,
  createGateway,
  ensureFirstAdministrator,
  type GatewaySettings,
} from '@parcela/gateway-api'
import { type Log, run } from '@parcela/kit'
import { keepAdministratorLogin } from './administrator-login.ts'
import type { Settings } from './settings.ts'
import type { State } from './start-state.ts'

type Parts = {
  settings: Settings
  state: State
  logs: ServiceLogs
  runtime: Pick<Runtime, 'checkHealth'>
  edge: Pick<NginxEdge, 'check'>
  /** Whose certificates other edges get, too. */
  issuer: Pick<CertificateIssuer, 'listCertificates' | 'findCertificate'>
  /** Signs what other edges serve. */
  edgeSigningKey: string
  platform: string
  /** Signs session cookies. */
  secret: string
  /** The unix socket that the edge forwards the page and the API to. */
  socket: string
  clock: Clock
  log: Log
}

export type StartedGateway = {
  administrator: { email: string; password: string | null }
  stop: () => Promise<void>
}

/** The user that nginx's workers run as; the one besides us who may connect. */
const edgeUser = 'parcela-edge'
const webFolder = fileURLToPath(new URL('../web/dist/', import.meta.url))
const mebibyte = 1024 * 1024

/** Makes the first administrator and listens on a socket that only the edge may use: what it says of its clients is believed. */
export const startGateway = async (parts: Parts): Promise<StartedGateway> => {
  const { settings, state, socket, log } = parts
  const spoolFolder = join(settings.home, 'spool')
  await mkdir(spoolFolder, { recursive: true, mode: 0o700 })
  const gatewaySettings: GatewaySettings = {
    panelUrl: settings.panelUrl,
    appsDomain: settings.PARCELA_APPS_DOMAIN,
    httpsPort: settings.PARCELA_HTTPS_PORT,
    edgeAddresses: settings.edgeAddresses,
    dns: { server: settings.PARCELA_DNS_SERVER, records: settings.PARCELA_DNS_RECORDS, zones: settings.zones },
    signUp: settings.PARCELA_SIGN_UP,
    uploadLimitBytes: settings.PARCELA_UPLOAD_LIMIT_MB * mebibyte,
    uploadLimitFiles: settings.PARCELA_UPLOAD_LIMIT_FILES,
    secret: parts.secret,
    ...signInSettings(settings),
    webFolder,
    spoolFolder,
  }
  const identity = { db: state.identity, type: 'postgres' as const }
  const administrator = await ensureFirstAdministrator({
    identity,
    people: state.people,
    settings: gatewaySettings,
    log,
    ...(settings.PARCELA_ADMIN_EMAIL ? { email: settings.PARCELA_ADMIN_EMAIL } : {}),
    ...(settings.PARCELA_ADMIN_PASSWORD ? { password: settings.PARCELA_ADMIN_PASSWORD } : {}),
  })
  await keepAdministratorLogin(settings, administrator)

  const gateway = await createGateway({
    ...state,
    catalog,
    identity,
    settings: gatewaySettings,
    logs: parts.logs,
    edgeSnapshots: createEdgeSnapshots({
      platform: parts.platform,
      key: parts.edgeSigningKey,
      edges: state.edges,
      listRoutes: () => state.observed.listRoutes(),
      listCertificates: () => listEdgeCertificates(parts.issuer, settings.PARCELA_PANEL_HOST),
      clock: parts.clock,
    }),
    clock: parts.clock,
    log,
    health: checkHealth(parts),
  })
  await rm(socket, { force: true })
  await gateway.listen({ path: socket })
  await admitOnlyEdge(socket)
  return { administrator, stop: () => gateway.close() }
}

/** Mail and the OpenID provider, where they were chosen. */
const signInSettings = (settings: Settings): Pick<GatewaySettings, 'mail' | 'openId' | 'breachList'> => {
  const { PARCELA_SMTP_URL: url, PARCELA_MAIL_FROM: from } = settings
  const {
    PARCELA_OIDC_ISSUER: issuer,
    PARCELA_OIDC_CLIENT_ID: clientId,
    PARCELA_OIDC_CLIENT_SECRET: clientSecret,
  } = settings
  return {
    ...(settings.PARCELA_BREACH_CHECK ? { breachList: { url: 'https://api.pwnedpasswords.com' } } : {}),
    ...(url && from ? { mail: { url, from } } : {}),
    ...(issuer && clientId && clientSecret
      ? { openId: { issuer, clientId, clientSecret, name: settings.PARCELA_OIDC_NAME } }
      : {}),
  }
}

/** All but the page's, which only the main edge serves: no other host needs the key to it. */
const listEdgeCertificates = async (
  { listCertificates, findCertificate }: Parts['issuer'],
  panelHost: string,
): Promise<EdgeCertificate[]> => {
  const wanted = (await listCertificates()).filter(names => !names.includes(panelHost))
  const found = await Promise.all(wanted.map(names => findCertificate(names)))
  return found.filter(certificate => certificate !== undefined)
}

const admitOnlyEdge = async (socket: string): Promise<void> => {
  if (process.getuid?.() !== 0) return chmod(socket, 0o600)
  const { stdout } = await run(['id', '--group', edgeUser], { timeoutMs: 5_000 })
  await chown(socket, 0, Number(stdout))
  await chmod(socket, 0o660)
}

/** Each part, and what is wrong with it. */
const checkHealth =
  ({ state, runtime, edge }: Parts) =>
  async () => {
    const [database, engine, front] = await Promise.all([
      problemOf(state.checkDatabase),
      runtime.checkHealth(),
      edge.check(),
    ])
    const checks = { database, runtime: engine.problem, edge: front.problem }
    return { ok: Object.values(checks).every(problem => problem === null), checks }
  }

const problemOf = async (check: () => Promise<void>): Promise<string | null> => {
  try {
    await check()
    return null
  } catch (error) {
    return (error as Error).message
  }
}
