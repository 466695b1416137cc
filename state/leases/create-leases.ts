import type { Clock, Leases } from '@parcela/core'
import type { Database } from '../database/open-database.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { leasePort } from './lease-port.ts'
import { leaseSubnet } from './lease-subnet.ts'

export type LeaseOptions = {
  database: Database
  clock: Clock
  /** First and last port that may be leased. */
  portRange: { first: number; last: number }
  /** Where in both ranges the search begins: a number of this installation's own, so that two on one host rarely ask for the same port or subnet. */
  offset: number
  /** CIDR that the teams' subnets are cut from, such as `10.208.0.0/12`. */
  subnetRange: string
  /** Prefix length of each team's subnet. */
  subnetBits: number
}

const hourMs = 3_600_000

/** Ports and subnets in PostgreSQL; its primary keys decide who gets what. */
export const createLeases = (options: LeaseOptions): Leases => {
  const { clock } = options
  const { db } = options.database
  const anHourFromNow = (): Date => new Date(clock.now().getTime() + hourMs)
  return translateFailures<Leases>({
    leasePort: (serviceId, revision) => leasePort(db, { serviceId, revision }, { ...options, now: clock.now() }),
    blockPort: port =>
      db.transaction().execute(async trx => {
        const blocked_until = anHourFromNow()
        await trx
          .insertInto('blocked_ports')
          .values({ port, blocked_until })
          .onConflict(conflict => conflict.column('port').doUpdateSet({ blocked_until }))
          .execute()
        await trx.deleteFrom('port_leases').where('port', '=', port).execute()
      }),
    releasePorts: async (serviceId, { keep }) => {
      await db
        .deleteFrom('port_leases')
        .where('service_id', '=', serviceId)
        .$if(keep.length > 0, query => query.where('revision', 'not in', [...keep]))
        .execute()
    },
    leaseSubnet: teamId => leaseSubnet(db, teamId, { ...options, now: clock.now() }),
    blockSubnet: subnet =>
      db.transaction().execute(async trx => {
        const blocked_until = anHourFromNow()
        await trx
          .insertInto('blocked_subnets')
          .values({ subnet, blocked_until })
          .onConflict(conflict => conflict.column('subnet').doUpdateSet({ blocked_until }))
          .execute()
        await trx.deleteFrom('subnet_leases').where('subnet', '=', subnet).execute()
      }),
    releaseSubnet: async teamId => {
      await db.deleteFrom('subnet_leases').where('team_id', '=', teamId).execute()
    },
    hasOtherServices: async (teamId, serviceId) => {
      const other = await db
        .selectFrom('services')
        .select('id')
        .where('team_id', '=', teamId)
        .where('id', '<>', serviceId)
        .where('gone_at', 'is', null)
        .executeTakeFirst()
      return other !== undefined
    },
  })
}
