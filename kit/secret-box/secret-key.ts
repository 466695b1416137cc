import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ignoreMissing } from '../files/ignore-missing.ts'
import { writeFileAtomically } from '../files/write-file-atomically.ts'

/** 32 bytes for AES-256, and a name that says nothing of them. */
export type SecretKey = { id: string; bytes: Uint8Array }

const keyBytes = 32
const form = /^v1:([0-9a-f]{16}):([A-Za-z0-9_-]{43})$/

export const createSecretKey = (): SecretKey => {
  const bytes = randomBytes(keyBytes)
  return { id: idOf(bytes), bytes }
}

/** The id is made of the key, so that a damaged file shows. */
const idOf = (bytes: Uint8Array): string =>
  createHash('sha256').update('secret key id').update(bytes).digest('hex').slice(0, 16)

/** Undefined where there is no file. Throws, without its content, for a file that is damaged or that others may read. */
export const readSecretKey = async (file: string): Promise<SecretKey | undefined> => {
  const text = await readFile(file, 'utf8').catch(ignoreMissing)
  if (text === undefined) return undefined
  if (((await stat(file)).mode & 0o077) !== 0)
    throw new Error(`The key file ${file} may be read by others. Make it its owner's alone: chmod 600 ${file}`)
  const [, id, encoded = ''] = form.exec(text.trim()) ?? []
  const bytes = Buffer.from(encoded, 'base64url')
  if (bytes.length !== keyBytes || idOf(bytes) !== id)
    throw new Error(`The key file ${file} is damaged. Put it back from a backup`)
  return { id, bytes }
}

/** Readable by its owner alone; on disk, whole, when this resolves. */
export const writeSecretKey = (file: string, { id, bytes }: SecretKey): Promise<void> =>
  writeFileAtomically(file, `v1:${id}:${Buffer.from(bytes).toString('base64url')}\n`, { mode: 0o600 })

/** A key waits beside the one in use until what it is for was done; then it takes its place. Two that wait are two files. */
export const waitingKeyFile = (file: string, id: string): string => `${file}.${id}`

export const promoteWaitingKey = (file: string, id: string): Promise<void> => rename(waitingKeyFile(file, id), file)

/** Removes every key that waits. */
export const dropWaitingKeys = async (file: string): Promise<void> => {
  const folder = dirname(file)
  for (const name of await readdir(folder)) {
    const id = name.slice(basename(file).length + 1)
    if (name === basename(waitingKeyFile(file, id)) && /^[0-9a-f]{16}$/.test(id)) await rm(join(folder, name))
  }
}
