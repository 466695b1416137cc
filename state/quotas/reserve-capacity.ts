import type { ServiceType } from '@parcela/contract'
import { capacityExceeded, type NodeId, placeOn, type Resources } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import { readNodes } from './read-nodes.ts'

type Wanted = {
  kind: ServiceType
  asked: Resources /** Where it is already; a service stays on its host. */
  node_id: NodeId | null
}

/**
 * The host that promises this much more, held until this transaction ends; null where no host of the kind is known, which promises nothing.
 * `capacity_exceeded` where none has room. Always the last lock that a transaction takes.
 */
export const reserveCapacity = async (trx: Queryable, { kind, asked, node_id }: Wanted): Promise<NodeId | null> => {
  if (Object.values(asked).every(more => more <= 0)) return node_id
  await sql`select id from nodes where kind = ${kind} order by id for no key update`.execute(trx)
  const nodes = (await readNodes(trx)).filter(node => node.kind === kind && (node_id ?? node.id) === node.id)
  const place = placeOn(nodes, asked)
  if (!place) return node_id
  if ('excess' in place) throw capacityExceeded(place.excess)
  return place.node.id
}
