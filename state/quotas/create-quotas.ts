import { AppError } from '@parcela/contract'
import {
  type Clock,
  createId,
  type EdgeClass,
  type Node,
  type NodeId,
  type Plan,
  type PlanId,
  type Quotas,
  type TeamId,
  type TeamQuota,
} from '@parcela/core'
import { sql } from 'kysely'
import pg from 'pg'
import type { Database, Queryable } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { lockTeams } from '../teams/lock-team.ts'
import { teamNotFound } from '../teams/not-found.ts'
import { getTeam } from '../teams/read-teams.ts'
import { readNodes } from './read-nodes.ts'
import { findQuota } from './read-quota.ts'

type Dependencies = { database: Database; clock: Clock; random: Random }

/** Plans, teams' quotas and hosts, in PostgreSQL. */
export const createQuotas = ({ database, clock, random }: Dependencies): Quotas => {
  const { db } = database
  return translateFailures<Quotas>({
    listPlans: () => selectPlans(db).orderBy('plans.name').execute(),
    createPlan: plan =>
      db.transaction().execute(async trx => {
        const now = clock.now()
        const id = createId('plan', now.getTime(), random(16))
        const { name, edge_class, is_default } = plan
        if (is_default) await unsetDefault(trx)
        await writePlan(name, () =>
          trx
            .insertInto('plans')
            .values({ id, name, edge_class, is_default, created_at: now, ...documents(plan) })
            .execute(),
        )
        return getPlan(trx, id)
      }),
    updatePlan: (id, { limits, self_service, ...change }) =>
      db.transaction().execute(async trx => {
        const before = await getPlan(trx, id)
        if (change.edge_class) await giveEdgeClass(trx, before.id, change.edge_class)
        if (change.is_default) await unsetDefault(trx)
        const after = {
          limits: { ...before.limits, ...limits },
          self_service: { ...before.self_service, ...self_service },
        }
        await writePlan(change.name ?? before.name, () =>
          trx
            .updateTable('plans')
            .set({ ...change, ...documents(after) })
            .where('id', '=', before.id)
            .execute(),
        )
        return getPlan(trx, id)
      }),
    deletePlan: id =>
      db.transaction().execute(async trx => {
        const plan = await getPlan(trx, id)
        if (plan.is_default)
          throw inUse(plan, 'plan_is_default', 'is what new teams get; make another the default first')
        if (plan.teams > 0)
          throw inUse(plan, 'plan_in_use', `is the plan of ${plan.teams} teams; give them another first`)
        await trx.deleteFrom('plans').where('id', '=', plan.id).execute()
      }),

    getQuota: async (scope, teamId) => {
      const { id } = await getTeam(db, scope, teamId)
      return getQuota(db, id, clock.now())
    },
    setQuota: (teamId, { plan_id, overrides }) =>
      db.transaction().execute(async trx => {
        if (plan_id !== undefined) await wakeServices(trx, [teamId])
        const [id] = await lockTeams(trx, [teamId])
        if (!id) throw teamNotFound()
        const plan = plan_id === undefined ? undefined : await getPlan(trx, plan_id)
        const change = {
          ...(plan ? { plan_id: plan.id } : {}),
          ...(overrides ? { overrides: JSON.stringify(overrides) } : {}),
        }
        await trx.updateTable('teams').set(change).where('id', '=', id).execute()
        return getQuota(trx, id, clock.now())
      }),

    recordNode: ({ id, kind, capacity }) =>
      db.transaction().execute(async trx => {
        const node = { kind, ...capacity, updated_at: clock.now() }
        await trx
          .insertInto('nodes')
          .values({ id: id as NodeId, ...node })
          .onConflict(conflict => conflict.column('id').doUpdateSet(node))
          .execute()
        await adoptServices(trx, { id, kind })
      }),
    listNodes: () => readNodes(db),
    updateNode: (id, { cpus, ram_mb, storage_gb }) =>
      db.transaction().execute(async trx => {
        const change = {
          ...(cpus === undefined ? {} : { overcommit_cpus: cpus }),
          ...(ram_mb === undefined ? {} : { overcommit_ram_mb: ram_mb }),
          ...(storage_gb === undefined ? {} : { overcommit_storage_gb: storage_gb }),
        }
        await trx
          .updateTable('nodes')
          .set({ ...change, updated_at: clock.now() })
          .where('id', '=', id as NodeId)
          .execute()
        return getNode(trx, id)
      }),
    removeNode: id =>
      db.transaction().execute(async trx => {
        // Who reserves of it holds the same row: nothing is promised of it from here on.
        await sql`select id from nodes where id = ${id} for update`.execute(trx)
        const { kind, services } = await getNode(trx, id)
        if (services > 0) {
          throw new AppError(
            'conflict',
            `${services} services are promised room on ${id}. Delete them first; a ${kind} service stays on its host.`,
            { details: { reason: 'node_in_use', services } },
          )
        }
        await sql`update services set node_id = null where node_id = ${id}`.execute(trx)
        await trx
          .deleteFrom('nodes')
          .where('id', '=', id as NodeId)
          .execute()
      }),
  })
}

/** What was there before hosts were known runs on the one that is. */
const adoptServices = async (trx: Queryable, { id, kind }: { id: string; kind: string }): Promise<void> => {
  await sql`
    update services set node_id = ${id}
    where node_id is null and service_type = ${kind} and gone_at is null and approval is distinct from 'refused'
      and not exists (select from nodes where kind = ${kind} and id <> ${id})
  `.execute(trx)
}

const selectPlans = (db: Queryable) =>
  db
    .selectFrom('plans')
    .selectAll('plans')
    .select(sql<number>`(select count(*)::int from teams t where t.plan_id = plans.id)`.as('teams'))

const getPlan = async (db: Queryable, id: string): Promise<Plan> => {
  const plan = await selectPlans(db)
    .where('plans.id', '=', id as PlanId)
    .executeTakeFirst()
  if (!plan) throw new AppError('not_found', 'There is no such plan.')
  return plan
}

const documents = ({ limits, self_service }: Pick<Plan, 'limits' | 'self_service'>) => ({
  limits: JSON.stringify(limits),
  self_service: JSON.stringify(self_service),
})

/** The unique index decides between two who give one name at once. */
const writePlan = async (name: string, write: () => Promise<unknown>): Promise<void> => {
  try {
    await write()
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.constraint !== 'plans_name') throw error
    const problem = `another plan is called ${name}`
    throw new AppError('conflict', `name: ${problem}`, {
      details: { reason: 'name_taken', fields: { name: problem } },
      cause: error,
    })
  }
}

const unsetDefault = async (trx: Queryable): Promise<void> => {
  await trx.updateTable('plans').set({ is_default: false }).where('is_default', '=', true).execute()
}

const inUse = (plan: Plan, reason: string, problem: string): AppError =>
  new AppError('conflict', `The plan ${plan.name} ${problem}.`, { details: { reason } })

/** Every team of the plan has its edge class, and its services' routes follow. */
const giveEdgeClass = async (trx: Queryable, plan: PlanId, edge_class: EdgeClass): Promise<void> => {
  const teams = await trx
    .selectFrom('teams')
    .select('id')
    .where('plan_id', '=', plan)
    .where('edge_class', '<>', edge_class)
    .execute()
  const ids = teams.map(({ id }) => id)
  await wakeServices(trx, ids)
  await lockTeams(trx, ids)
  await trx.updateTable('teams').set({ edge_class }).where('plan_id', '=', plan).execute()
}

/** Before any lock of a team: waking takes the lock of each service. They are worked on once this transaction is committed. */
const wakeServices = async (trx: Queryable, teams: readonly string[]): Promise<void> => {
  await sql`
    select wake_service(id, null) from (
      select id from services where team_id = any(${[...teams]}::text[]) and gone_at is null order by id
    ) as of_teams
  `.execute(trx)
}

const getQuota = async (db: Queryable, teamId: TeamId, now: Date): Promise<TeamQuota> => {
  const quota = await findQuota(db, teamId, now)
  if (!quota) throw teamNotFound()
  return quota
}

const getNode = async (db: Queryable, id: string): Promise<Node> => {
  const node = (await readNodes(db)).find(other => other.id === id)
  if (!node) throw new AppError('not_found', 'There is no such host.')
  return node
}
