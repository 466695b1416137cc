import { sql } from 'kysely'
import type { Queryable } from './open-database.ts'

/**
 * Makes this transaction the only one that writes something of the service, until it ends. The first thing in every such transaction: one order
 * of locks is why none can wait for each other in a circle.
 */
export const lockService = async (trx: Queryable, serviceId: string): Promise<void> => {
  await sql`select lock_service(${serviceId})`.execute(trx)
}
