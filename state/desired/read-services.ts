import { deriveStatus, type Service, type ServiceSpec, type ServiceStatus, type TeamScope } from '@parcela/core'
import { type Selectable, sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import type { Schema } from '../database/schema.ts'
import { isInScope } from './is-in-scope.ts'
import { serviceNotFound } from './not-found.ts'

/** Services alone, with what their team may ask of the edge. */
export const selectSpecs = (db: Queryable) =>
  db
    .selectFrom('services')
    .innerJoin('teams', 'teams.id', 'services.team_id')
    .selectAll('services')
    .select('teams.edge_class')

/** Services with what is true of them, their owner and their release; to be narrowed by the caller, and never read outside a scope. */
export const selectServices = (db: Queryable, scope: TeamScope) =>
  selectSpecs(db)
    .innerJoin('service_status', 'service_status.service_id', 'services.id')
    .innerJoin('people', 'people.id', 'services.owner_id')
    .leftJoin('releases', 'releases.id', 'services.release_id')
    .select([
      'service_status.status as observed_status',
      'service_status.status_reason as observed_reason',
      'service_status.generation as observed_generation',
      'service_status.serving_release_id as observed_serving',
      'service_status.warnings as observed_warnings',
      'service_status.attempts as observed_attempts',
      'service_status.retry_at as observed_retry_at',
      'service_status.updated_at as observed_updated_at',
      'people.username as owner_username',
      'people.external_id as owner_external_id',
      'releases.files_count as release_files_count',
      'releases.files_bytes as release_files_bytes',
      'releases.created_at as release_created_at',
    ])
    .select(domainNames.as('domain_names'))
    .where(isInScope(scope, 'services.team_id', 'services.id'))

/** In the order in which they were added. */
const domainNames = sql<string[]>`array(
  select domains.name from domains where domains.service_id = services.id order by domains.created_at, domains.name
)`

type Row = Awaited<ReturnType<ReturnType<typeof selectServices>['executeTakeFirstOrThrow']>>

/** `not_found` outside the scope, and for one whose deletion is complete unless `gone` includes those. */
export const getService = async (
  db: Queryable,
  scope: TeamScope,
  options: { id: string; gone?: 'included' },
): Promise<Service> => {
  const row = await selectServices(db, scope)
    .where('services.id', '=', options.id as ServiceSpec['id'])
    .executeTakeFirst()
  if (!row || (row.gone_at && options.gone !== 'included')) throw serviceNotFound()
  return toService(row)
}

export const toService = (row: Row): Service => {
  const spec = toSpec(row)
  const approval = approvalOf(row)
  return {
    ...spec,
    approval,
    observed: deriveStatus({ ...spec, approval }, observedOf(row)),
    owner: { username: row.owner_username, external_id: row.owner_external_id },
    release: releaseOf(row),
    domains: row.domain_names,
  }
}

export const toSpec = (
  row: Selectable<Schema['services']> & Pick<Selectable<Schema['teams']>, 'edge_class'>,
): ServiceSpec => ({
  id: row.id,
  team_id: row.team_id,
  owner_id: row.owner_id,
  name: row.name,
  service_type: row.service_type,
  service_format: row.service_format,
  resources: { storage_gb: row.storage_gb, ram_mb: row.ram_mb, cpus: row.cpus },
  additional_requirements: row.additional_requirements,
  power: row.power,
  release_id: row.release_id,
  generation: row.generation,
  restarts: row.restarts,
  created_at: row.created_at,
  updated_at: row.updated_at,
  deleted_at: row.deleted_at,
  https_redirect: row.https_redirect,
  maintenance: row.maintenance,
  edge_class: row.edge_class,
  purge: row.purge,
})

const approvalOf = (row: Row): Service['approval'] => {
  const reason = row.approval_reason ?? ''
  if (row.approval) return { state: row.approval, reason }
  const isReserved = row.reserved_storage_gb + row.reserved_ram_mb + row.reserved_cpus > 0
  return isReserved ? { state: 'change_pending', reason } : null
}

const observedOf = (row: Row): ServiceStatus => ({
  status: row.observed_status,
  status_reason: row.observed_reason,
  generation: row.observed_generation,
  serving_release_id: row.observed_serving,
  warnings: row.observed_warnings,
  attempts: row.observed_attempts,
  retry_at: row.observed_retry_at,
  updated_at: row.observed_updated_at,
})

const releaseOf = (row: Row): Service['release'] => {
  if (row.release_files_count === null || row.release_created_at === null) return null
  return {
    files_count: row.release_files_count,
    files_bytes: Number(row.release_files_bytes),
    created_at: row.release_created_at,
  }
}
