import type { RecordSet } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

/** Any number of our own choosing: who holds this lock writes the list of records. */
const lockId = 7_262_735_253

/** Makes the list of published records exactly this one; rows that are the same already are not touched. */
export const replaceRecords = async (trx: Queryable, records: readonly RecordSet[]): Promise<void> => {
  await sql`select pg_advisory_xact_lock(${lockId})`.execute(trx)
  const rows = JSON.stringify(records)
  await sql`
    delete from dns_records where (name, type) not in (
      select name, type from jsonb_to_recordset(${rows}::jsonb) as given (name text, type text)
    )
  `.execute(trx)
  await sql`
    insert into dns_records (name, type, ttl, record_values)
    select name, type, ttl, array(select jsonb_array_elements_text("values"))
    from jsonb_to_recordset(${rows}::jsonb) as given (name text, type text, ttl integer, "values" jsonb)
    on conflict (name, type) do update set ttl = excluded.ttl, record_values = excluded.record_values
      where (dns_records.ttl, dns_records.record_values) is distinct from (excluded.ttl, excluded.record_values)
  `.execute(trx)
}

/** In the order of their names. */
export const listRecords = async (db: Queryable): Promise<RecordSet[]> => {
  const rows = await db.selectFrom('dns_records').selectAll().orderBy('name').orderBy('type').execute()
  return rows.map(({ record_values: values, ...row }) => ({ ...row, values }))
}
