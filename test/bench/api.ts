import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { AuditEntry } from '@parcela/core'
import { origin } from '../../apps/gateway-api/testing/test-client.ts'
import { startInstallation, type TestInstallation } from '../../apps/gateway-api/testing/test-installation.ts'
import { startTestServer } from '../../state/database/test-database.ts'
import type { HttpLoad, HttpLoadResult } from './http-load-worker.ts'

type Figures = { requests_per_second: number; p50_ms: number; p99_ms: number }
type Calls = { list: Figures; read: Figures }

export type ApiBench = {
  name: 'api'
  people: number
  few: Calls & { services: number }
  many: Calls & { services: number }
  /** p99 with many services over p99 with few. */
  ratio: { list: number; read: number }
  goal: number
  met: boolean
  /** What a row of the audit trail costs: alone, beside a plain commit, and each of a thousand at once. */
  audit: { row_ms: number; commit_ms: number; together_ms: number }
}

const people = 500
const sizes = { few: 10, many: 10_000 }
/** The same page in both, so that not the length of the answer is measured. */
const page = 10
const inFlight = 8
const rounds = 5
const durationMs = 2_000
const goal = 2

/**
 * Listing and reading services through the gateway with a session's cookie, on PostgreSQL: 10 services in one team that 500 people are in, against
 * 10,000 in the 500 teams of 500 people. In turns, with the same load, from another thread.
 */
export const benchApi = async (): Promise<ApiBench> => {
  const server = await startTestServer()
  const secret = randomBytes(32).toString('base64url')
  const [few, many] = [await startInstallation(server, { secret }), await startInstallation(server, { secret })]
  try {
    const recorders = {
      few: await createRecorder(few, await populate(few, secret, { teams: 1, services: sizes.few })),
      many: await createRecorder(many, await populate(many, secret, { teams: people, services: sizes.many })),
    }
    for (let round = 0; round <= rounds; round += 1) {
      for (const recorder of Object.values(recorders)) await recorder.measure({ isWarmUp: round === 0 })
    }
    const [one, other] = [recorders.few.summarise(), recorders.many.summarise()]
    const ratio = { list: divide(other.list, one.list), read: divide(other.read, one.read) }
    return {
      name: 'api',
      people,
      few: { services: sizes.few, ...one },
      many: { services: sizes.many, ...other },
      ratio,
      goal,
      met: Math.max(ratio.list, ratio.read) <= goal,
      audit: await measureAudit(few),
    }
  } finally {
    await few.close()
    await many.close()
    await server.stop()
  }
}

export const describeApi = ({ few, many, ratio, audit, ...facts }: ApiBench): string => {
  const line = (name: string, { requests_per_second, p50_ms, p99_ms }: Figures) =>
    `  ${name.padEnd(24)}${String(requests_per_second).padStart(6)} requests/s, p50 ${p50_ms.toFixed(2)} ms, p99 ${p99_ms.toFixed(2)} ms`
  return [
    `${facts.people} people with sessions, ${inFlight} requests at a time; the session is checked in each`,
    line(`list, ${few.services} services`, few.list),
    line(`list, ${many.services} services`, many.list),
    line(`read, ${few.services} services`, few.read),
    line(`read, ${many.services} services`, many.read),
    `  p99 with many over few: list ${ratio.list}, read ${ratio.read} (goal: at most ${facts.goal}, ${facts.met ? 'met' : 'missed'})`,
    `  a row of the audit trail: ${audit.row_ms} ms (a commit alone ${audit.commit_ms} ms); each of a thousand at once ${audit.together_ms} ms`,
  ].join('\n')
}

type Person = { cookie: string; service: string }

/** Rows straight into the tables, and cookies signed as sign-in does it. Person n is in team n; with one team everybody is in it. */
const populate = async (
  { database }: TestInstallation,
  secret: string,
  { teams, services }: { teams: number; services: number },
): Promise<Person[]> => {
  const tokens = Array.from({ length: people }, () => randomBytes(24).toString('base64url'))
  const statements: [text: string, values: unknown[]][] = [
    [
      `insert into identity."user" (id, name, email)
       select 'bench_' || n, 'Bench ' || n, 'bench' || n || '@example.org' from generate_series(1, $1::int) n`,
      [people],
    ],
    [
      `insert into identity.session (id, token, "userId", "expiresAt")
       select 'session_' || n, token, 'bench_' || n, now() + interval '7 days' from unnest($1::text[]) with ordinality as t (token, n)`,
      [tokens],
    ],
    [
      `insert into teams (id, name, created_at) select 'team_own' || n, 'own' || n, now() from generate_series(1, $1::int) n`,
      [people],
    ],
    [
      `insert into teams (id, name, slug, created_at)
       select 'team_class' || n, 'class' || n, 'class' || n, now() from generate_series(1, $1::int) n`,
      [teams],
    ],
    [
      `insert into people (id, team_id, username, email, name, account_id, created_at)
       select 'usr_bench' || n, 'team_own' || n, 'bench' || n, 'bench' || n || '@example.org', 'Bench', 'bench_' || n, now()
       from generate_series(1, $1::int) n`,
      [people],
    ],
    [
      `insert into team_members (team_id, person_id, role)
       select 'team_own' || n, 'usr_bench' || n, 'owner' from generate_series(1, $1::int) n`,
      [people],
    ],
    [
      `insert into team_members (team_id, person_id, role)
       select 'team_class' || (n - 1) % $2::int + 1, 'usr_bench' || n, 'owner' from generate_series(1, $1::int) n`,
      [people, teams],
    ],
    [
      `insert into services (id, team_id, owner_id, name, service_type, service_format, storage_gb, ram_mb, cpus, power, generation,
         created_at, updated_at)
       select 'svc_bench' || lpad(n::text, 8, '0'), 'team_class' || (n - 1) % $2::int + 1, 'usr_bench' || (n - 1) % $3::int + 1,
         'bench-' || n, 'docker', 'web', 1, 64, 0.5, 'running', 1, now(), now()
       from generate_series(1, $1::int) n`,
      [services, teams, people],
    ],
    [
      `insert into service_status (service_id, status, generation, updated_at)
       select id, 'running', 1, now() from services where id like 'svc_bench%'`,
      [],
    ],
  ]
  for (const [text, values] of statements) await database.pool.query(text, values)
  return tokens.map((token, index) => ({
    cookie: `__Host-parcela.session_token=${encodeURIComponent(`${token}.${sign(token, secret)}`)}`,
    service: `svc_bench${String((index % Math.min(services, people)) + 1).padStart(8, '0')}`,
  }))
}

const sign = (token: string, secret: string): string => createHmac('sha256', secret).update(token).digest('base64')

const createRecorder = async ({ app }: TestInstallation, crowd: readonly Person[]) => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  // Each person from a place of their own, as the edge would say it.
  const requests = (pathOf: (person: Person) => string): HttpLoad['requests'] =>
    crowd.map((person, index) => ({
      path: pathOf(person),
      headers: {
        host: new URL(origin).host,
        cookie: person.cookie,
        'x-forwarded-for': `198.51.${index >> 8}.${index & 255}`,
      },
    }))
  const loads = {
    list: requests(() => `/api/v1/services?limit=${page}`),
    read: requests(({ service }) => `/api/v1/services/${service}`),
  }
  const measured: { list: HttpLoadResult[]; read: HttpLoadResult[] } = { list: [], read: [] }
  return {
    measure: async ({ isWarmUp }: { isWarmUp: boolean }): Promise<void> => {
      for (const kind of ['list', 'read'] as const) {
        const result = await ask({ port, requests: loads[kind], inFlight, durationMs })
        if (Object.keys(result.statuses).join() !== '200')
          throw new Error(`Not every answer is 200: ${JSON.stringify(result.statuses)}`)
        if (!isWarmUp) measured[kind].push(result)
      }
    },
    summarise: (): Calls => ({ list: summarise(measured.list), read: summarise(measured.read) }),
  }
}

const ask = async (load: HttpLoad): Promise<HttpLoadResult> => {
  const worker = new Worker(new URL('./http-load-worker.ts', import.meta.url), { workerData: load })
  const [result] = (await once(worker, 'message')) as [HttpLoadResult]
  await worker.terminate()
  return result
}

const summarise = (results: readonly HttpLoadResult[]): Figures => {
  const waits = results.flatMap(({ latenciesMs }) => [...latenciesMs]).sort((one, other) => one - other)
  const elapsedMs = results.reduce((sum, result) => sum + result.elapsedMs, 0)
  const at = (part: number): number => round(waits[Math.floor(waits.length * part)] ?? Number.NaN)
  return { requests_per_second: Math.round((waits.length / elapsedMs) * 1_000), p50_ms: at(0.5), p99_ms: at(0.99) }
}

const measureAudit = async ({ ports, database }: TestInstallation): Promise<ApiBench['audit']> => {
  const alone = 100
  const together = 1_000
  const row_ms = await timed(alone, () => ports.audit.append([auditEntry]))
  const commit_ms = await timed(alone, () =>
    database.pool.query("update people set name = name where id = 'usr_bench1'"),
  )
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: together }, () => ports.audit.append([auditEntry])))
  return { row_ms, commit_ms, together_ms: round((performance.now() - startedMs) / together) }
}

const timed = async (times: number, work: () => Promise<unknown>): Promise<number> => {
  const startedMs = performance.now()
  for (let time = 0; time < times; time += 1) await work()
  return round((performance.now() - startedMs) / times)
}

const auditEntry: AuditEntry = {
  at: new Date(),
  actor: { id: 'usr_bench1', username: 'bench1' },
  through: 'session',
  through_id: 'session_1',
  address: '198.51.0.1',
  user_agent: 'bench',
  request_id: 'req_bench',
  action: 'updateService',
  object_type: 'service',
  object_id: 'svc_bench00000001',
  team_id: 'team_class1',
  outcome: 'done',
  status: 202,
  error_code: null,
  before: { ram_mb: 64 },
  after: { ram_mb: 128 },
}

const divide = (one: Figures, other: Figures): number => round(one.p99_ms / other.p99_ms)
const round = (value: number): number => Math.round(value * 1_000) / 1_000
