import type { Clock, SecretRotation, SecretStore } from '@parcela/core'
import {
  createSecretBox,
  createSecretKey,
  createTurn,
  type Log,
  type SecretBox,
  waitingKeyFile,
  writeSecretKey,
} from '@parcela/kit'
import type { Database, Queryable } from '../database/open-database.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { createSecretStore } from './create-secret-store.ts'
import { findKey } from './find-key.ts'
import { resealAll } from './reseal-all.ts'

type Dependencies = {
  database: Database
  clock: Clock
  /** `secrets.key` in the home of the installation. */
  keyFile: string
  log: Log
}

/**
 * Opens the secrets at rest with the installation's key file, which the first start makes. Throws `invalid`, and says what to do, when the file is
 * missing, damaged, readable by others, or not the one that the database was written with: nothing is ever kept in clear instead.
 */
export const openSecrets = async (dependencies: Dependencies): Promise<SecretStore & SecretRotation> => {
  const { database, clock, keyFile, log } = dependencies
  const find = async (trx: Queryable): Promise<SecretBox> => createSecretBox(await findKey(trx, dependencies))
  const findAlone = () => database.db.transaction().execute(find)
  let box = await findAlone()
  const turn = createTurn()

  /** Another process that works on the same home may have changed the key. */
  const boxFor = async (keyId: string, trx?: Queryable): Promise<SecretBox> => {
    if (keyId !== box.keyId) box = await (trx ? find(trx) : findAlone())
    return box
  }
  const rotate = async () => {
    const next = createSecretKey()
    const keepNext = () => writeSecretKey(waitingKeyFile(keyFile, next.id), next)
    const secrets = await resealAll(database, { boxFor, next, keepNext })
    // The old file stays until here. Cut off before this, or without an answer to the commit, the database says which key counts.
    box = await findAlone()
    log.info({ key_id: next.id, secrets }, 'Stored secrets are encrypted with a new key')
    return { key_id: next.id, secrets }
  }
  return translateFailures<SecretStore & SecretRotation>({
    ...createSecretStore({ database, clock, boxFor }),
    rotate: () => turn(rotate),
  })
}
