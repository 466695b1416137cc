import { AppError } from '@parcela/contract'
import type { Approval, TeamScope } from '@parcela/core'
import type { Queryable } from '../database/open-database.ts'
import { isInScope } from '../desired/is-in-scope.ts'

export const approvalNotFound = (): AppError => new AppError('not_found', 'There is no such request.')

/** Requests with the words that people know things by; to be narrowed by the caller, and never read outside a scope. */
export const selectApprovals = (db: Queryable, scope: TeamScope) =>
  db
    .selectFrom('approvals')
    .innerJoin('services', 'services.id', 'approvals.service_id')
    .innerJoin('teams', 'teams.id', 'services.team_id')
    .innerJoin('people as requester', 'requester.id', 'approvals.requested_by')
    .leftJoin('people as decider', 'decider.id', 'approvals.decided_by')
    .selectAll('approvals')
    .select([
      'services.name as service_name',
      'services.service_type',
      'services.team_id',
      'teams.name as team_name',
      'requester.username as requester_username',
      'decider.username as decider_username',
    ])
    .where(isInScope(scope, 'services.team_id', 'services.id'))

type Row = Awaited<ReturnType<ReturnType<typeof selectApprovals>['executeTakeFirstOrThrow']>>

export const toApproval = (row: Row): Approval => ({
  id: row.id,
  service_id: row.service_id,
  service_name: row.service_name,
  service_type: row.service_type,
  team_id: row.team_id,
  team_name: row.team_name,
  kind: row.kind,
  status: row.status,
  asked: { storage_gb: row.storage_gb, ram_mb: row.ram_mb, cpus: row.cpus },
  current: row.current,
  given: row.given,
  over: row.over_threshold,
  requested_by: { id: row.requested_by, username: row.requester_username },
  requested_at: row.requested_at,
  decided_by: row.decided_by && { id: row.decided_by, username: row.decider_username ?? '' },
  decided_at: row.decided_at,
  reason: row.reason,
})
