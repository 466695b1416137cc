import { readFile } from 'node:fs/promises'
import { AppError } from '@parcela/contract'

/** A key that two name servers share. `secret` is base64. */
export type TsigKey = { name: string; algorithm: string; secret: string }

/**
 * Reads a key file of BIND's form, as `tsig-keygen` prints it. Throws `invalid`, naming the setting, for anything else, and for an algorithm that is none
 * of `algorithms`, where these are given.
 */
export const readTsigKey = async (
  file: string,
  setting: string,
  algorithms: readonly string[] = [],
): Promise<TsigKey> => {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('invalid', `${setting}: the file ${file} cannot be read (${cause.code}).`, { cause })
  })
  const key = parseTsigKey(text)
  if (key && algorithms.length > 0 && !algorithms.includes(key.algorithm))
    throw new AppError(
      'invalid',
      `${setting}: the key "${key.name}" has the algorithm ${key.algorithm}; it must be ${algorithms.join(' or ')}. Make one with: tsig-keygen -a ${algorithms[0]} NAME > ${file}`,
    )
  if (key) return key
  throw new AppError('invalid', `${setting}: the file ${file} holds no key. Make one with: tsig-keygen NAME > ${file}`)
}

/** The first `key "name" { algorithm ...; secret "..."; };` of a text; undefined when it holds none. */
export const parseTsigKey = (text: string): TsigKey | undefined => {
  const [, name, body = ''] = /\bkey\s+"?([^\s"{};]+)"?\s*\{([^}]*)\}/.exec(text) ?? []
  const algorithm = /\balgorithm\s+"?([a-z0-9-]+)"?\s*;/i.exec(body)?.[1]
  const secret = /\bsecret\s+"?([A-Za-z0-9+/]+={0,2})"?\s*;/.exec(body)?.[1]
  return name && algorithm && secret ? { name, algorithm: algorithm.toLowerCase(), secret } : undefined
}
