import type { SecretBox } from '@parcela/kit'
import type { Queryable } from '../database/open-database.ts'

const known = 'This text is readable with the key that every secret here is encrypted with.'
const context = 'check'

/** The known text under a key. */
export const sealCheck = (box: SecretBox): string => box.seal(known, context)

/** Throws unless the key is the one that the check was written with. */
export const verifyCheck = (box: SecretBox, envelope: string): void => {
  if (box.open(envelope, context) !== known) throw new Error('The check holds another text')
}

/** The check of the key in use; undefined before the first start. */
export const findCheck = async (db: Queryable, options: { lock?: true } = {}): Promise<string | undefined> => {
  const row = await db
    .selectFrom('secret_check')
    .select('envelope')
    .$if(options.lock === true, query => query.forUpdate())
    .executeTakeFirst()
  return row?.envelope
}

export const keyIdOf = (envelope: string): string => envelope.split(':')[1] ?? ''
