import { createSecretBox, type SecretBox, type SecretKey } from '@parcela/kit'
import type { Database, Queryable } from '../database/open-database.ts'
import { findCheck, keyIdOf, sealCheck, verifyCheck } from './key-check.ts'

type Keys = {
  boxFor: (keyId: string, trx: Queryable) => Promise<SecretBox>
  next: SecretKey
  /** Puts the new key on disk, before anything is encrypted with it. */
  keepNext: () => Promise<void>
}

/** Encrypts every secret anew, and the check with them, in one transaction; answers how many. One that cannot be read stops it all. */
export const resealAll = async ({ db }: Pick<Database, 'db'>, { boxFor, next, keepNext }: Keys): Promise<number> =>
  db.transaction().execute(async trx => {
    // Whoever stores a secret or changes the key takes this row first.
    const check = (await findCheck(trx, { lock: true })) ?? ''
    const from = await boxFor(keyIdOf(check), trx)
    verifyCheck(from, check)
    await keepNext()
    const to = createSecretBox(next)
    const rows = await trx.selectFrom('secrets').select(['name', 'envelope']).execute()
    for (const { name, envelope } of rows) {
      const sealed = to.seal(from.open(envelope, name), name)
      await trx.updateTable('secrets').set({ envelope: sealed }).where('name', '=', name).execute()
    }
    await trx
      .updateTable('secret_check')
      .set({ envelope: sealCheck(to) })
      .execute()
    return rows.length
  })
