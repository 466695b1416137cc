import { AppError } from '@parcela/contract'
import type { ServiceId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

type PortOptions = { portRange: { first: number; last: number }; offset: number; now: Date }

/** More tries than processes could ever win in a row; each lost one means that somebody else got a port. */
const tries = 1_000

export const leasePort = async (
  db: Queryable,
  holder: { serviceId: ServiceId; revision: string },
  options: PortOptions,
): Promise<number> => {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const held = await findHeld(db, holder)
    if (held !== undefined) return held
    const outcome = await takeFree(db, holder, options)
    if (outcome === 'none free') throw noFreePort(options)
    if (outcome !== 'lost') return outcome
  }
  throw noFreePort(options)
}

const findHeld = async (
  db: Queryable,
  { serviceId, revision }: { serviceId: ServiceId; revision: string },
): Promise<number | undefined> => {
  const lease = await db
    .selectFrom('port_leases')
    .select('port')
    .where('service_id', '=', serviceId)
    .where('revision', '=', revision)
    .executeTakeFirst()
  return lease?.port
}

/** Takes the first free port at or after the offset, round the range. Who loses the port to somebody else at the same moment tries again. */
const takeFree = async (
  db: Queryable,
  { serviceId, revision }: { serviceId: ServiceId; revision: string },
  { portRange: { first, last }, offset, now }: PortOptions,
): Promise<number | 'lost' | 'none free'> => {
  const size = last - first + 1
  const { rows } = await sql<{ candidate: number; taken: number | null }>`
    with free as (
      select ${first}::int + (${offset % size}::int + step) % ${size}::int as port
      from generate_series(0, ${size - 1}::int) as step
      where not exists (
          select from port_leases l where l.port = ${first}::int + (${offset % size}::int + step) % ${size}::int
        )
        and not exists (
          select from blocked_ports b
          where b.port = ${first}::int + (${offset % size}::int + step) % ${size}::int and b.blocked_until > ${now}
        )
      order by step limit 1
    ), taken as (
      insert into port_leases (port, service_id, revision, leased_at)
      select port, ${serviceId}, ${revision}, ${now} from free
      on conflict do nothing returning port
    )
    select free.port as candidate, taken.port as taken from free left join taken on true
  `.execute(db)
  const [row] = rows
  if (!row) return 'none free'
  return row.taken ?? 'lost'
}

const noFreePort = ({ portRange: { first, last } }: PortOptions): AppError =>
  new AppError('unavailable', `Every port from ${first} to ${last} is in use. Delete a service, or widen the range.`, {
    details: { reason: 'no_free_port' },
  })
