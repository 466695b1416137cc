import {
  findOverThreshold,
  increaseOf,
  type NodeId,
  type QuotaUse,
  type Requester,
  type Resources,
  type Service,
  useOf,
} from '@parcela/core'
import type { Updateable } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import type { Schema } from '../database/schema.ts'
import { reserveCapacity } from './reserve-capacity.ts'
import { reserveRoom } from './reserve-room.ts'
import { nothingReserved, withdrawApproval, writeApproval } from './write-approval.ts'

type Change = { resources: Resources; requester: Requester; now: Date; random: Random }

/**
 * What to write so that a service has other resources: they themselves, or, where they are above the plan's threshold, the question to an
 * approver, with the resources reserved and nothing changed. Checks quota and capacity; the transaction holds the service's lock.
 */
export const changeResources = async (
  trx: Queryable,
  service: Service,
  change: Change,
): Promise<Updateable<Schema['services']>> => {
  await withdrawApproval(trx, service.id)
  return service.approval?.state === 'pending' || service.approval?.state === 'refused'
    ? askAnew(trx, service, change)
    : askForMore(trx, service, change)
}

/** Of a service that runs, or may. */
const askForMore = async (trx: Queryable, service: Service, { resources, requester, now, random }: Change) => {
  const before = service.resources
  const more = increaseOf(before, resources)
  const { plan } = await reserveRoom(trx, service.team_id, { asked: more, now })
  const node_id = await place(trx, service, more)
  const over = requester.needs_approval ? findOverThreshold(plan.self_service, { ...service, resources }, before) : []
  if (over.length === 0) return { ...resources, node_id }
  await writeApproval(trx, {
    service_id: service.id,
    kind: 'change',
    asked: resources,
    current: before,
    over,
    requested_by: requester.id,
    now,
    random,
  })
  return {
    node_id,
    approval_reason: over.join(', '),
    reserved_storage_gb: Math.max(more.storage_gb, 0),
    reserved_ram_mb: Math.max(more.ram_mb, 0),
    reserved_cpus: Math.max(more.cpus, 0),
  }
}

/** Of a new service that waits or was refused: as if it were asked for now, with these resources. */
const askAnew = async (trx: Queryable, service: Service, { resources, requester, now, random }: Change) => {
  const isCounted = service.approval?.state === 'pending'
  const more = isCounted ? increaseOf(service.resources, resources) : resources
  const asked: Partial<QuotaUse> = isCounted ? more : useOf({ ...service, resources })
  const { plan } = await reserveRoom(trx, service.team_id, { asked, now })
  const node_id = await place(trx, service, more)
  const over = requester.needs_approval ? findOverThreshold(plan.self_service, { ...service, resources }) : []
  if (over.length > 0) {
    await writeApproval(trx, {
      service_id: service.id,
      kind: 'create',
      asked: resources,
      current: null,
      over,
      requested_by: requester.id,
      now,
      random,
    })
  }
  const isPending = over.length > 0
  return {
    ...resources,
    ...nothingReserved,
    node_id,
    approval: isPending ? ('pending' as const) : null,
    approval_reason: isPending ? over.join(', ') : null,
  }
}

const place = async (trx: Queryable, { id, service_type: kind }: Service, asked: Resources): Promise<NodeId | null> => {
  const { node_id } = await trx.selectFrom('services').select('node_id').where('id', '=', id).executeTakeFirstOrThrow()
  return reserveCapacity(trx, { kind, asked, node_id })
}
