import type { ServiceType } from '@parcela/contract'
import type { Node, NodeId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

type Row = { id: NodeId; kind: ServiceType; updated_at: Date; services: number } & Record<
  `${'' | 'overcommit_' | 'promised_'}${'cpus' | 'ram_mb' | 'storage_gb'}`,
  number
>

/** The hosts with what is promised of them: to every service until it is gone, also while it waits for approval. */
export const readNodes = async (db: Queryable): Promise<Node[]> => {
  const { rows } = await sql<Row>`
    select n.*, promised.* from nodes n cross join lateral (
      select count(*)::int as services,
        round(coalesce(sum(s.cpus + s.reserved_cpus), 0)::numeric, 3)::float8 as promised_cpus,
        coalesce(sum(s.ram_mb + s.reserved_ram_mb), 0)::float8 as promised_ram_mb,
        coalesce(sum(s.storage_gb + s.reserved_storage_gb), 0)::float8 as promised_storage_gb
      from services s where s.node_id = n.id and s.gone_at is null
    ) as promised
    order by n.kind, n.id
  `.execute(db)
  return rows.map(row => ({
    id: row.id,
    kind: row.kind,
    capacity: { cpus: row.cpus, ram_mb: row.ram_mb, storage_gb: row.storage_gb },
    overcommit: {
      cpus: row.overcommit_cpus,
      ram_mb: row.overcommit_ram_mb,
      storage_gb: row.overcommit_storage_gb,
    },
    promised: { cpus: row.promised_cpus, ram_mb: row.promised_ram_mb, storage_gb: row.promised_storage_gb },
    services: row.services,
    updated_at: row.updated_at,
  }))
}
