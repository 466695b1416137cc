import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { silentLog } from '@parcela/kit'
import { web } from '../../../catalog/web/manifest.ts'
import type { TestServer } from '../../../state/database/test-database.ts'
import {
  createApprovals,
  createAuditTrail,
  createDesiredState,
  createEdges,
  createEventStream,
  createFileStore,
  createInvitations,
  createJournal,
  createListener,
  createObservedState,
  createPeople,
  createPersonalData,
  createQuotas,
  createTrafficReader,
  openIdentity,
  openSecrets,
} from '../../../state/index.ts'
import { createTeams } from '../../../state/teams/create-teams.ts'
import { createGateway } from '../create-gateway.ts'
import { ensureFirstAdministrator } from '../identity/ensure-first-administrator.ts'
import type { GatewayPorts } from '../ports.ts'
import type { GatewaySettings } from '../settings.ts'
import { noSnapshots } from './no-snapshots.ts'
import { createTestClient, origin } from './test-client.ts'

export type TestInstallation = Awaited<ReturnType<typeof startInstallation>>

export const administrator = { email: 'admin@example.org', password: 'correct horse battery' }

/** A gateway on a database of its own and a real disk, with a clock that can be moved and an administrator. */
export const startInstallation = async (server: TestServer, given: Partial<GatewaySettings> = {}) => {
  const database = await server.createDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'parcela-files-'))
  const identity = openIdentity({ database, log: silentLog })
  const listener = createListener({ database, log: silentLog })
  let ahead = 0
  const clock = { now: () => new Date(Date.now() + ahead) }
  const parts = { database, clock, random: (size: number) => randomBytes(size), log: silentLog }
  const settings: GatewaySettings = {
    panelUrl: origin,
    appsDomain: 'apps.localhost',
    httpsPort: 8443,
    edgeAddresses: { ipv4: ['192.0.2.1'], ipv6: ['2001:db8::1'] },
    dns: { server: 'embedded', records: 'each', zones: ['apps.localhost'] },
    signUp: 'open',
    uploadLimitBytes: 2 ** 26,
    uploadLimitFiles: 5_000,
    secret: randomBytes(32).toString('base64url'),
    ...given,
  }
  const ports: GatewayPorts = {
    desired: createDesiredState(parts),
    people: createPeople(parts),
    teams: createTeams(parts),
    quotas: createQuotas(parts),
    approvals: createApprovals(parts),
    personalData: createPersonalData(parts),
    audit: createAuditTrail(parts),
    secrets: await openSecrets({ ...parts, keyFile: join(directory, 'secrets.key') }),
    invitations: createInvitations(parts),
    edges: createEdges(parts),
    edgeSnapshots: noSnapshots,
    events: createEventStream({ database, listener }),
    journal: createJournal(parts),
    files: createFileStore({ directory, log: silentLog }),
    logs: { read: () => Readable.from([]) },
    traffic: createTrafficReader({ database }),
    observed: createObservedState(parts),
    catalog: new Map([['web', web]]),
    identity: { db: identity.db, type: 'postgres' },
    settings,
    clock,
    log: silentLog,
    health: async () => ({ ok: true, checks: {} }),
  }
  await ensureFirstAdministrator({ ...ports, ...administrator })
  const app = await createGateway(ports)
  await app.ready()
  const client = createTestClient(app)
  return {
    ...client,
    app,
    database,
    identity,
    ports,
    passTime: (ms: number): void => {
      ahead += ms
    },
    /** Another gateway of the same installation. */
    startSecond: async () => {
      const second = await createGateway(ports)
      await second.ready()
      return { app: second, ...createTestClient(second) }
    },
    /** Sends as the holder of a session, from the page. */
    fromPage: (cookie: string) => (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
      client.send({ method, url, headers: { cookie, origin }, ...(payload ? { payload } : {}) }),
    close: async () => {
      await app.close()
      await listener.close()
      await identity.close()
      await rm(directory, { recursive: true })
    },
  }
}
