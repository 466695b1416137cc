import { AppError } from '@parcela/contract'
import { type Clock, createId, type Edges, type RegisteredEdge } from '@parcela/core'
import { type Selectable, sql } from 'kysely'
import pg from 'pg'
import type { Database } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import type { Schema } from '../database/schema.ts'
import { translateFailures } from '../database/translate-failures.ts'

type Dependencies = { database: Database; clock: Clock; random: Random }

const uniqueViolation = '23505'

/** The further edges, in PostgreSQL. They belong to the platform and to no team. */
export const createEdges = ({ database, clock, random }: Dependencies): Edges => {
  const { db } = database
  return translateFailures<Edges>({
    createEdge: async ({ name, token_hash }) => {
      const created_at = clock.now()
      const id = createId('edge', created_at.getTime(), random(16))
      try {
        const row = await db
          .insertInto('edges')
          .values({ id, name, token_hash, created_at, seen_at: null, applied_version: null, problem: null })
          .returningAll()
          .executeTakeFirstOrThrow()
        return toEdge(row)
      } catch (error) {
        if (!(error instanceof pg.DatabaseError && error.code === uniqueViolation)) throw error
        throw new AppError('conflict', `There is an edge named ${name} already. Choose another name.`, {
          details: { reason: 'name_taken', fields: { name: 'is taken' } },
        })
      }
    },
    listEdges: async () => (await db.selectFrom('edges').selectAll().orderBy('id').execute()).map(toEdge),
    removeEdge: async id => {
      const { numDeletedRows } = await db.deleteFrom('edges').where(sql<boolean>`id = ${id}`).executeTakeFirst()
      if (numDeletedRows === 0n) throw new AppError('not_found', 'There is no such edge.')
    },
    findByTokenHash: async hash => {
      const row = await db.selectFrom('edges').selectAll().where('token_hash', '=', hash).executeTakeFirst()
      return row && toEdge(row)
    },
    recordSeen: async (id, { applied_version, problem }) => {
      await db
        .updateTable('edges')
        .set({ seen_at: clock.now(), applied_version, problem })
        .where('id', '=', id)
        .execute()
    },
    currentVersion: async () => {
      const { version } = await db.selectFrom('edge_version').select('version').executeTakeFirstOrThrow()
      return Number(version)
    },
  })
}

const toEdge = ({ token_hash: _, applied_version, ...row }: Selectable<Schema['edges']>): RegisteredEdge => ({
  ...row,
  applied_version: applied_version === null ? null : Number(applied_version),
})
