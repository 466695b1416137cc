import { AppError } from '@parcela/contract'
import {
  createSecretBox,
  createSecretKey,
  dropWaitingKeys,
  type Log,
  promoteWaitingKey,
  readSecretKey,
  type SecretKey,
  waitingKeyFile,
  writeSecretKey,
} from '@parcela/kit'
import { sql } from 'kysely'
import type { Queryable } from '../database/open-database.ts'
import { findCheck, keyIdOf, sealCheck, verifyCheck } from './key-check.ts'

type Place = { keyFile: string; log: Log }

/**
 * The key that the database was written with, made when there is none; `invalid` with what to do when it is not to be had. Holds the check's row
 * until its transaction ends: the files are touched by one process at a time.
 */
export const findKey = async (trx: Queryable, place: Place): Promise<SecretKey> => {
  const { keyFile, log } = place
  const check = (await findCheck(trx, { lock: true })) ?? (await keepFirst(trx, place))
  const id = keyIdOf(check)
  const current = await readKey(keyFile)
  if (current?.id === id) {
    verify(current, check)
    await dropWaitingKeys(keyFile)
    return current
  }
  // Somebody changed the key, and the new one has not taken its place yet.
  const next = await readKey(waitingKeyFile(keyFile, id))
  if (!next) throw current ? wrongKey(current.id, id) : missing(keyFile, id)
  verify(next, check)
  await promoteWaitingKey(keyFile, id)
  log.info({ key_id: id }, 'The new key of the secrets is in its file')
  return next
}

/** Writes the check of the first key; answers what is there, which another process may have written first. */
const keepFirst = async (trx: Queryable, { keyFile, log }: Place): Promise<string> => {
  const stored = await trx.selectFrom('secrets').select('name').limit(1).executeTakeFirst()
  if (stored) throw unusable('The check of the key is gone from the database, and secrets are in it. Restore a backup.')
  await lockFirst(trx)
  const written = await findCheck(trx, { lock: true })
  if (written) return written
  const key = (await readKey(keyFile)) ?? (await makeFirst(keyFile, log))
  const envelope = sealCheck(createSecretBox(key))
  await trx.insertInto('secret_check').values({ envelope }).execute()
  return envelope
}

/** Where there is no row to hold yet. */
const lockFirst = async (trx: Queryable): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended('first secret key', 0))`.execute(trx)
}

const makeFirst = async (keyFile: string, log: Log): Promise<SecretKey> => {
  const key = createSecretKey()
  await writeSecretKey(keyFile, key)
  log.info({ key_id: key.id }, 'Made the key of the secrets')
  return key
}

const verify = (key: SecretKey, check: string): void => {
  try {
    verifyCheck(createSecretBox(key), check)
  } catch (cause) {
    throw unusable(
      `The check of the key ${key.id} in the database was changed. Restore a backup of the database.`,
      cause,
    )
  }
}

const readKey = async (file: string): Promise<SecretKey | undefined> =>
  readSecretKey(file).catch(cause => {
    throw unusable(`${cause.message}.`, cause)
  })

const missing = (keyFile: string, id: string): AppError =>
  unusable(
    `The key file ${keyFile} is missing, and stored secrets were encrypted with it (key ${id}). Put it back from a backup.`,
  )

const wrongKey = (found: string, id: string): AppError =>
  unusable(
    `The key file holds the key ${found}, and stored secrets were encrypted with ${id}. Put the right file back.`,
  )

const unusable = (message: string, cause?: unknown): AppError =>
  new AppError('invalid', message, { details: { reason: 'secrets_key' }, cause })
