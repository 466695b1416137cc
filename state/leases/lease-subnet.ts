import { AppError } from '@parcela/contract'
import type { TeamId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'

type SubnetOptions = { subnetRange: string; subnetBits: number; offset: number; now: Date }

const tries = 1_000

export const leaseSubnet = async (db: Queryable, teamId: TeamId, options: SubnetOptions): Promise<string> => {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const held = await findHeld(db, teamId)
    if (held !== undefined) return held
    const outcome = await takeFree(db, teamId, options)
    if (outcome === 'none free') throw noFreeSubnet(options)
    if (outcome !== 'lost') return outcome
  }
  throw noFreeSubnet(options)
}

const findHeld = async (db: Queryable, teamId: TeamId): Promise<string | undefined> => {
  const lease = await db.selectFrom('subnet_leases').select('subnet').where('team_id', '=', teamId).executeTakeFirst()
  return lease?.subnet
}

/** Takes the first free subnet at or after the offset, round the range. Who loses it to somebody else at the same moment tries again. */
const takeFree = async (
  db: Queryable,
  teamId: TeamId,
  { subnetRange, subnetBits, offset, now }: SubnetOptions,
): Promise<string | 'lost' | 'none free'> => {
  const { rows } = await sql<{ candidate: string; taken: string | null }>`
    with size as (
      select (2 ^ (${subnetBits}::int - masklen(${subnetRange}::cidr)))::bigint as size
    ), subnets as (
      select step, set_masklen(
        network(${subnetRange}::cidr)::inet + ((${offset}::bigint + step) % size) * (2 ^ (32 - ${subnetBits}::int))::bigint,
        ${subnetBits}::int
      )::cidr as subnet
      from size, generate_series(0, size - 1) as step
    ), free as (
      select subnet from subnets
      where not exists (select from subnet_leases l where l.subnet = subnets.subnet)
        and not exists (select from blocked_subnets b where b.subnet = subnets.subnet and b.blocked_until > ${now})
      order by step limit 1
    ), taken as (
      insert into subnet_leases (subnet, team_id, leased_at) select subnet, ${teamId}, ${now} from free
      on conflict do nothing returning subnet
    )
    select free.subnet as candidate, taken.subnet as taken from free left join taken on true
  `.execute(db)
  const [row] = rows
  if (!row) return 'none free'
  return row.taken ?? 'lost'
}

const noFreeSubnet = ({ subnetRange }: SubnetOptions): AppError =>
  new AppError('unavailable', `Every subnet of ${subnetRange} is in use. Widen the range.`, {
    details: { reason: 'no_free_subnet' },
  })
