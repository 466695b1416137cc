import { AppError } from '@parcela/contract'
import type { Idempotency, ReleaseId, ServiceId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

const dayMs = 86_400_000

type Result = { service_id: ServiceId | null; release_id: ReleaseId | null }

/**
 * Takes the key for this transaction and answers undefined, or answers what the transaction that had it before made. A second request at the same
 * time waits here for the first. `conflict` when the key was used for something else.
 */
export const claimIdempotencyKey = async (
  trx: Queryable,
  { person_id, key, fingerprint }: Idempotency,
  now: Date,
): Promise<Result | undefined> => {
  const dayAgo = new Date(now.getTime() - dayMs)
  await trx
    .deleteFrom('idempotency_keys')
    .where('person_id', '=', person_id)
    .where('created_at', '<=', dayAgo)
    .execute()
  const claimed = await sql`
    insert into idempotency_keys (person_id, key, fingerprint, created_at)
    values (${person_id}, ${key}, ${fingerprint}, ${now})
    on conflict do nothing returning key
  `.execute(trx)
  if (claimed.rows.length > 0) return undefined
  const earlier = await trx
    .selectFrom('idempotency_keys')
    .select(['fingerprint', 'service_id', 'release_id'])
    .where('person_id', '=', person_id)
    .where('key', '=', key)
    .executeTakeFirst()
  if (earlier?.fingerprint === fingerprint) return earlier
  throw reusedKey()
}

/** Remembers what was made under the key. */
export const keepIdempotencyResult = async (
  trx: Queryable,
  { person_id, key }: Idempotency,
  result: Partial<Result>,
): Promise<void> => {
  await trx
    .updateTable('idempotency_keys')
    .set(result)
    .where('person_id', '=', person_id)
    .where('key', '=', key)
    .execute()
}

export const reusedKey = (): AppError =>
  new AppError('conflict', 'This Idempotency-Key was used for another request. Send a new key.', {
    details: { reason: 'idempotency_key_reused' },
  })
