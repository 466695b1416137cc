import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import { isDomainName } from '@parcela/core'

/** The TSIG key that the server takes updates under; `secret` is base64. */
export type UpdateKey = { name: string; algorithm: string; secret: string }

const algorithms = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-sha224', 'hmac-sha1', 'hmac-md5']

/** The key in the form that dig and nsupdate read. Throws `invalid`: they would go on without a key that they cannot read. */
export const parseUpdateKey = ({ name, algorithm, secret }: UpdateKey): { name: string; text: string } => {
  const plain = name.toLowerCase().replace(/\.$/, '')
  if (!isDomainName(plain))
    throw new AppError('invalid', `The update key "${name}" has no name of the form: parcela.example`)
  if (!algorithms.includes(algorithm)) {
    throw new AppError(
      'invalid',
      `The update key "${plain}" has the algorithm "${algorithm}"; it must be one of: ${algorithms.join(', ')}`,
    )
  }
  if (secret === '' || Buffer.from(secret, 'base64').toString('base64') !== secret) {
    throw new AppError(
      'invalid',
      `The secret of the update key "${plain}" is not base64. Make one with: tsig-keygen ${plain}`,
    )
  }
  return { name: plain, text: `key "${plain}" {\n\talgorithm ${algorithm};\n\tsecret "${secret}";\n};\n` }
}

/** Lends the key as a file that nobody else can read, which is gone afterwards: arguments of programs can be read by everybody. */
export const withKeyFile = async <T>(text: string, use: (file: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'parcela-key-'))
  try {
    const file = join(folder, 'update.key')
    await writeFile(file, text, { mode: 0o600, flag: 'wx' })
    return await use(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
