import { AppError } from '@parcela/contract'
import { describeKeptName, type ServiceId, type TeamId } from '@parcela/core'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import { suggestFreeName } from './suggest-free-name.ts'

/** Domains may lead to this service from now on: its name will be kept back from other teams when it is deleted (`completeDeletion`). */
export const keepName = async (trx: Queryable, id: ServiceId): Promise<void> => {
  await sql`
    insert into kept_names (name, team_id, until) select name, team_id, null from services where id = ${id}
    on conflict (name) do update set team_id = excluded.team_id, until = null
  `.execute(trx)
}

/** The team may have the name, or is told until when it is kept for another. The transaction must have taken the name. */
export const requireNotKept = async (
  trx: Queryable,
  { name, team_id, now }: { name: string; team_id: TeamId; now: Date },
): Promise<void> => {
  const kept = await trx.selectFrom('kept_names').selectAll().where('name', '=', name).executeTakeFirst()
  if (!kept || kept.team_id === team_id) return
  if (kept.until === null || kept.until <= now) {
    await trx.deleteFrom('kept_names').where('name', '=', name).execute()
    return
  }
  const { suggestion } = await suggestFreeName(trx, name, { teams: [team_id], now })
  const problem = `${describeKeptName(kept.until)}; ${suggestion} is free`
  throw new AppError('conflict', `The name ${name} ${problem}. Domains of its former owner may still lead there.`, {
    details: { reason: 'name_taken', suggestion, fields: { name: problem } },
  })
}
