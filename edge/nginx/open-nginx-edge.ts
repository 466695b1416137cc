import { chmod, chown, mkdir, rename, rm, symlink } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createCertificateStore } from './certificates/create-certificate-store.ts'
import type { NginxEdgeOptions } from './nginx-edge-options.ts'
import { edgeClasses } from './render/edge-classes.ts'
import type { EdgeConfig } from './render/edge-config.ts'
import { parseChallengeUpstream } from './render/parse-challenge-upstream.ts'
import { parseSafePath } from './render/parse-safe-path.ts'
import { createRouteTable } from './routes/create-route-table.ts'
import { createNginxProcess } from './supervise/create-nginx-process.ts'
import { ensureEdgeUser } from './supervise/ensure-edge-user.ts'
import { prepareAcmeWebroot } from './supervise/prepare-acme-webroot.ts'
import { prepareDirectory } from './supervise/prepare-directory.ts'
import { createControlClient } from './verify/create-control-client.ts'

export const logNames = ['edge-access.log', 'edge-error.log']

export type OpenedEdge = Awaited<ReturnType<typeof openNginxEdge>>

/** What is on disk, and the objects that work on it; done once. */
export const openNginxEdge = async (
  options: NginxEdgeOptions,
  addresses: readonly string[],
  beforeStart: () => Promise<void>,
) => {
  const { log, binary = 'nginx', httpPort, httpsPort } = options
  const user = await ensureEdgeUser(options.user ?? 'parcela-edge')
  const gid = user?.gid ?? null
  const prepare = async (verifyToken?: string) => {
    const prepared = await prepareDirectory(options.directory, gid, verifyToken)
    await makeLogDirectory(join(prepared.directory, 'log'), gid)
    if (options.logDirectory) await linkLogs(options.logDirectory, join(prepared.directory, 'log'))
    const { acmeWebroot } = options
    return { ...prepared, acmeWebroot: acmeWebroot === undefined ? null : await prepareAcmeWebroot(acmeWebroot, gid) }
  }
  const prepared = await prepare()
  const directory = parseSafePath(prepared.directory, 'PARCELA_HOME')
  const logDirectory = join(directory, 'log')
  const table = createRouteTable({ directory })
  const certificates = createCertificateStore({ directory: join(directory, 'certificates'), gid })
  const load = async (): Promise<void> => void (await Promise.all([table.load(), certificates.load()]))
  await load()
  const config: EdgeConfig = {
    version: '',
    directory,
    logDirectory,
    controlSocket: parseSafePath(prepared.controlSocket, 'PARCELA_HOME'),
    gatewaySocket: parseSafePath(options.gatewaySocket, 'PARCELA_HOME'),
    user: user?.name ?? null,
    workers: options.workers ?? Math.min(2, availableParallelism()),
    addresses: addresses.map(address => (address.includes(':') ? `[${address}]` : address)),
    httpPort,
    httpsPort,
    panelHost: options.panelHost,
    verifyToken: prepared.verifyToken,
    workerShutdownSeconds: options.workerShutdownSeconds ?? 60,
    classes: options.classes ?? edgeClasses,
    panelBodyMegabytes: options.panelBodyMegabytes ?? 1_100,
    acmeWebroot: prepared.acmeWebroot,
    challengeUpstream:
      options.challengeUpstream === undefined ? null : parseChallengeUpstream(options.challengeUpstream),
    certificates: [],
  }
  const nginx = createNginxProcess({
    binary,
    directory,
    logDirectory,
    controlSocket: config.controlSocket,
    log,
    beforeStart,
  })
  const control = createControlClient({ socket: config.controlSocket, verifyToken: config.verifyToken })
  /** Makes what somebody deleted, and knows from then on only of the routes and certificates that are left. */
  const repair = async (): Promise<void> => {
    await prepare(config.verifyToken)
    await load()
  }
  return { config, table, certificates, nginx, control, repair, isFirstSinceBoot: prepared.isFirstSinceBoot }
}

const makeLogDirectory = async (directory: string, gid: number | null): Promise<void> => {
  await mkdir(directory, { recursive: true })
  if (gid !== null) await chown(directory, 0, gid)
  await chmod(directory, 0o750)
}

const linkLogs = async (from: string, to: string): Promise<void> => {
  await mkdir(from, { recursive: true })
  for (const name of logNames) {
    const draft = join(from, `.${name}.draft`)
    await rm(draft, { force: true })
    await symlink(join(to, name), draft)
    await rename(draft, join(from, name))
  }
}
