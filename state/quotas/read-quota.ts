import type { QuotaLimits, SelfService } from '@parcela/contract'
import type { PlanId, QuotaUse, TeamId, TeamQuota } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

type Row = {
  plan_id: PlanId
  plan_name: string
  self_service: SelfService
  limits: QuotaLimits
  overrides: Partial<QuotaLimits>
} & QuotaUse

/**
 * What a team may have and what it has, in one statement. What waits for approval is reserved; what was refused, or is being deleted, is not
 * counted. Undefined for a team that is not there.
 */
export const findQuota = async (db: Queryable, teamId: TeamId, now: Date): Promise<TeamQuota | undefined> => {
  const { rows } = await sql<Row>`
    select p.id as plan_id, p.name as plan_name, p.self_service, p.limits, t.overrides,
      used.services, used.cpus, used.ram_mb, used.storage_gb, used.machines, domains.custom_domains,
      coalesce((select uploads from team_uploads where team_id = t.id and day = ${dayOf(now)}), 0) as uploads_per_day
    from teams t join plans p on p.id = t.plan_id
    cross join lateral (
      select count(*)::int as services,
        round(coalesce(sum(s.cpus + s.reserved_cpus), 0)::numeric, 3)::float8 as cpus,
        coalesce(sum(s.ram_mb + s.reserved_ram_mb), 0)::float8 as ram_mb,
        coalesce(sum(s.storage_gb + s.reserved_storage_gb), 0)::float8 as storage_gb,
        count(*) filter (where s.service_type = 'vm')::int as machines
      from services s
      where s.team_id = t.id and s.gone_at is null and s.power <> 'deleted' and s.approval is distinct from 'refused'
    ) as used
    cross join lateral (
      select count(*)::int as custom_domains from domains d join services s on s.id = d.service_id
      where s.team_id = t.id and s.gone_at is null and s.power <> 'deleted'
    ) as domains
    where t.id = ${teamId}
  `.execute(db)
  const [row] = rows
  if (!row) return undefined
  const { plan_id, plan_name, self_service, limits, overrides, ...used } = row
  const plan = { id: plan_id, name: plan_name, self_service }
  return { team_id: teamId, plan, limits: { ...limits, ...overrides }, overrides, used }
}

/** The day in UTC, as PostgreSQL reads it. */
export const dayOf = (now: Date): string => now.toISOString().slice(0, 10)
