import { AppError, invalidFields } from '@parcela/contract'
import type { Clock, SecretStore } from '@parcela/core'
import type { SecretBox } from '@parcela/kit'
import { sql } from 'kysely'
import type { Database, Queryable } from '../database/open-database.ts'
import { findCheck, keyIdOf } from './key-check.ts'

type Dependencies = {
  database: Database
  clock: Clock
  /** The box of the key with this id. */
  boxFor: (keyId: string, trx?: Queryable) => Promise<SecretBox>
}

const longestName = 300

export const createSecretStore = ({ database, clock, boxFor }: Dependencies): SecretStore => {
  const { db } = database
  return {
    put: async (name, text) => {
      if (name.length === 0 || name.length > longestName)
        throw invalidFields({ name: `must have from 1 to ${longestName} characters` })
      await db.transaction().execute(async trx => {
        // A change of the key waits for this, or this for it: no row is ever left behind with the old one.
        const check = await findCheck(trx, { lock: true })
        const box = await boxFor(keyIdOf(check ?? ''), trx)
        const row = { envelope: box.seal(text, name), updated_at: clock.now() }
        await trx
          .insertInto('secrets')
          .values({ name, ...row })
          .onConflict(conflict => conflict.column('name').doUpdateSet(row))
          .execute()
      })
    },
    get: async name => {
      const find = () => db.selectFrom('secrets').select('envelope').where('name', '=', name).executeTakeFirst()
      let row = await find()
      if (!row) return undefined
      const box = await boxFor(keyIdOf(row.envelope))
      // The key was changed between reading the row and reading the key.
      if (box.keyId !== keyIdOf(row.envelope)) row = await find()
      if (!row) return undefined
      try {
        return box.open(row.envelope, name)
      } catch (cause) {
        throw new AppError('internal', 'A stored secret cannot be read: it was changed in the database.', { cause })
      }
    },
    remove: async name => {
      await db.deleteFrom('secrets').where('name', '=', name).execute()
    },
    list: async (prefix = '') =>
      db
        .selectFrom('secrets')
        .select(['name', 'updated_at'])
        .where(sql<boolean>`starts_with(name, ${prefix})`)
        .orderBy('name')
        .execute(),
  }
}
