import {
  findOverThreshold,
  type NewService,
  type Requester,
  type ServiceId,
  type TeamQuota,
  useOf,
} from '@parcela/core'
import type { Queryable } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import { countUpload } from './count-upload.ts'
import { reserveCapacity } from './reserve-capacity.ts'
import { reserveRoom } from './reserve-room.ts'
import { writeApproval } from './write-approval.ts'

type Context = { now: Date; random: Random }

/** Whether the team may have this new service: checks its quota, and says what needs somebody's approval. Before anything is written. */
export const admitService = async (trx: Queryable, service: NewService, { now }: Context): Promise<string[]> => {
  const asked = { ...useOf(service), custom_domains: service.domains?.length ?? 0 }
  const quota: TeamQuota = await reserveRoom(trx, service.team_id, { asked, now })
  if (service.release) await countUpload(trx, service.team_id, now)
  const { needs_approval } = requesterOf(service)
  return needs_approval ? findOverThreshold(quota.plan.self_service, service) : []
}

/** Gives the new service, which is written by now, its place on a host, and asks for approval where it needs it. */
export const placeService = async (
  trx: Queryable,
  { id, over, ...service }: NewService & { id: ServiceId; over: string[] },
  { now, random }: Context,
): Promise<void> => {
  if (over.length > 0) {
    const requested_by = requesterOf(service).id
    const question = { service_id: id, kind: 'create' as const, asked: service.resources, current: null }
    await writeApproval(trx, { ...question, over, requested_by, now, random })
  }
  const wanted = { kind: service.service_type, asked: service.resources, node_id: null }
  const node_id = await reserveCapacity(trx, wanted)
  if (node_id) await trx.updateTable('services').set({ node_id }).where('id', '=', id).execute()
}

const requesterOf = (service: NewService): Requester =>
  service.requested_by ?? { id: service.owner_id, needs_approval: true }
