import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import type {
  Approvals,
  AuditTrail,
  CertificateBook,
  Clock,
  DesiredReader,
  DesiredState,
  Edges,
  EventStream,
  FileStore,
  Invitations,
  Journal,
  Leases,
  ObservedState,
  People,
  PersonalData,
  Quotas,
  SecretRotation,
  SecretStore,
  Teams,
  TrafficReader,
  TrafficRecorder,
  WorkQueue,
} from '@parcela/core'
import type { Log } from '@parcela/kit'
import {
  checkDatabase,
  createApprovals,
  createAuditTrail,
  createCertificateBook,
  createDesiredReader,
  createDesiredState,
  createEdges,
  createEventStream,
  createFileStore,
  createInvitations,
  createJournal,
  createLeases,
  createListener,
  createObservedState,
  createPeople,
  createPersonalData,
  createQuotas,
  createTeams,
  createTrafficReader,
  createTrafficRecorder,
  createWorkQueue,
  type Identity,
  migrate,
  openDatabase,
  openIdentity,
  openSecrets,
  prepareApplicationRole,
  startEmbeddedPostgres,
} from '@parcela/state'
import type { Settings } from './settings.ts'
import { createShutdown } from './shutdown.ts'

export type State = {
  desired: DesiredState
  reader: DesiredReader
  observed: ObservedState
  journal: Journal
  leases: Leases
  queue: WorkQueue
  events: EventStream
  people: People
  certificateBook: CertificateBook
  trafficRecorder: TrafficRecorder
  traffic: TrafficReader
  edges: Edges
  teams: Teams
  quotas: Quotas
  approvals: Approvals
  personalData: PersonalData
  invitations: Invitations
  files: FileStore
  audit: AuditTrail
  secrets: SecretStore & SecretRotation
  identity: Identity['db']
  /** Throws while the database does not answer. */
  checkDatabase: () => Promise<void>
  stop: () => Promise<void>
}

type Addresses = { owner: string; login?: string }

const poolSize = 8
const subnetBits = 24

/** Opens the database (the embedded one unless DATABASE_URL names another), brings its tables up to date, and builds everything that speaks SQL. */
export const startState = async (parts: {
  settings: Settings
  platform: string
  clock: Clock
  log: Log
}): Promise<State> => {
  const { settings, platform, clock } = parts
  const log = parts.log.child({ part: 'state' })
  const shutdown = createShutdown()
  shutdown.logTo(log)
  try {
    const addresses = settings.DATABASE_URL ? { owner: settings.DATABASE_URL } : await startEmbedded()
    const database = openDatabase({ connectionString: await prepare(addresses), poolSize, log })
    shutdown.add('the connections to the database', database.close)
    const listener = createListener({ database, log })
    shutdown.add('the listener', listener.close)
    const identity = openIdentity({ database, log })
    shutdown.add('the connections of sign-in', identity.close)

    const common = { database, clock, random: randomBytes }
    const { first, last } = settings.PARCELA_PORT_RANGE
    return {
      desired: createDesiredState(common),
      reader: createDesiredReader({ database, listener, clock, log }),
      observed: createObservedState(common),
      journal: createJournal(common),
      leases: createLeases({
        database,
        clock,
        portRange: { first, last },
        offset: Number.parseInt(platform, 16),
        subnetRange: settings.PARCELA_SUBNETS,
        subnetBits,
      }),
      queue: createWorkQueue({ database, clock, log }),
      events: createEventStream({ database, listener }),
      people: createPeople(common),
      certificateBook: createCertificateBook(common),
      trafficRecorder: createTrafficRecorder(common),
      traffic: createTrafficReader(common),
      edges: createEdges(common),
      teams: createTeams(common),
      quotas: createQuotas(common),
      approvals: createApprovals(common),
      personalData: createPersonalData(common),
      invitations: createInvitations(common),
      files: createFileStore({ directory: join(settings.home, 'files'), log }),
      audit: createAuditTrail(common),
      secrets: await openSecrets({ database, clock, keyFile: join(settings.home, 'secrets.key'), log }),
      identity: identity.db,
      checkDatabase: () => checkDatabase(database),
      stop: shutdown.run,
    }
  } catch (error) {
    await shutdown.run()
    throw error
  }

  async function startEmbedded(): Promise<Addresses> {
    const postgres = await startEmbeddedPostgres({ home: settings.home, log })
    shutdown.add('the embedded PostgreSQL', postgres.stop)
    return { owner: postgres.connectionString, login: postgres.applicationConnectionString }
  }

  /** As the owner of the tables, which is needed for this alone; answers the address to work with. */
  async function prepare({ owner: connectionString, login }: Addresses): Promise<string> {
    const owner = openDatabase({ connectionString, poolSize: 2, log })
    try {
      await checkDatabase(owner).catch(explainDatabase(settings))
      await migrate(owner)
      return await prepareApplicationRole(owner, { ...(login ? { login } : {}), log })
    } finally {
      await owner.close()
    }
  }
}

/** A server of somebody else's is chosen by a setting, and what is wrong with it is for the person who chose it. */
const explainDatabase =
  ({ DATABASE_URL: given }: Settings) =>
  (cause: Error & { code?: string }): never => {
    if (!given) throw cause
    // Where a name has several addresses and none answers, the error has a code and no message.
    throw new AppError(
      'unavailable',
      `The database that DATABASE_URL names cannot be used: ${cause.message || cause.code}.`,
      { cause },
    )
  }
