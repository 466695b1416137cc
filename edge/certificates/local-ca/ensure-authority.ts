import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import type { Clock } from '@parcela/core'
import { type Log, writeFileAtomically } from '@parcela/kit'
import {
  authorityConstraints,
  authorityKey,
  authorityKeyUsage,
  nameConstraints,
  serverUse,
  subjectKey,
} from './extensions.ts'
import { keyIdOf, signCertificate } from './sign-certificate.ts'

/** The CA's certificate and key. */
export type Authority = { name: string; certificate: string; parsed: X509Certificate; key: KeyObject; keyId: Buffer }

type Options = {
  directory: string
  domains: readonly string[]
  clock: Clock
  log: Log
  /** A CA that ends sooner than this is replaced: what it signs must not outlive it. */
  remainingMs: number
}

const yearMs = 365.25 * 86_400_000
const lifeMs = 10 * yearMs
/** Clocks of visitors that are a little late find the certificate valid. */
export const backdateMs = 3_600_000

/**
 * The stored CA, or a new one when there is none, it is about to end, or the domains differ from those it may sign for. Everybody must trust a
 * new CA again, so a stored one that cannot be used is an error (`unavailable`) and never a reason to make another.
 */
export const ensureAuthority = async (options: Options): Promise<Authority> => {
  const { directory, domains, clock, log } = options
  const stored = await readFile(join(directory, 'ca.pem'), 'utf8').catch(ignoreMissing)
  const existing = stored === undefined ? undefined : await readAuthority(directory, stored)
  const problem = existing && findProblem(existing, options)
  if (existing && problem === undefined) return existing

  const made = await createAuthority({ directory, domains, now: clock.now() })
  if (existing) {
    log.warn(
      { authority: made.name, replaced: existing.name, domains },
      `The local CA was replaced because ${problem}. Trust the new one on every machine that trusted the old one`,
    )
  } else {
    log.info({ authority: made.name, domains }, 'The local CA was made')
  }
  await removeOtherKeys(directory, made)
  return made
}

const findProblem = ({ parsed }: Authority, { domains, clock, remainingMs }: Options): string | undefined => {
  if (!parsed.raw.includes(nameConstraints(domains))) return 'the domains it may sign for have changed'
  if (parsed.validToDate.getTime() - clock.now().getTime() < remainingMs) return 'its life is about to end'
  return undefined
}

const readAuthority = async (directory: string, certificate: string): Promise<Authority> => {
  const parsed = attempt(() => new X509Certificate(certificate), 'the certificate of the local CA (ca.pem) is damaged')
  const keyId = attempt(() => keyIdOf(parsed.publicKey), 'the certificate of the local CA (ca.pem) is not one of ours')
  const fileName = keyFileOf(keyId)
  const pem = await readFile(join(directory, fileName), 'utf8').catch(error => {
    throw unusable(`the key of the local CA (${fileName}) cannot be read`, error)
  })
  const key = attempt(() => createPrivateKey(pem), `the key of the local CA (${fileName}) is damaged`)
  if (!parsed.checkPrivateKey(key))
    throw unusable(`the key of the local CA (${fileName}) does not belong to its certificate`)
  return { name: nameOf(keyId), certificate, parsed, key, keyId }
}

const createAuthority = async (options: {
  directory: string
  domains: readonly string[]
  now: Date
}): Promise<Authority> => {
  const { directory, domains, now } = options
  const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keyId = keyIdOf(publicKey)
  const name = nameOf(keyId)
  const certificate = signCertificate(
    {
      subject: name,
      issuer: name,
      publicKey,
      notBefore: new Date(now.getTime() - backdateMs),
      notAfter: new Date(now.getTime() + lifeMs),
      extensions: [
        authorityConstraints,
        authorityKeyUsage,
        serverUse,
        nameConstraints(domains),
        subjectKey(keyId),
        authorityKey(keyId),
      ],
    },
    key,
  )
  const pem = key.export({ type: 'pkcs8', format: 'pem' })
  // The key first, under a name of its own: whenever a certificate is there, its key is too.
  await writeFileAtomically(join(directory, keyFileOf(keyId)), pem, { mode: 0o600 })
  await writeFileAtomically(join(directory, 'ca.pem'), certificate, { mode: 0o644 })
  return { name, certificate, parsed: new X509Certificate(certificate), key, keyId }
}

/** Keys of replaced CAs, and of one whose making was interrupted, can only do harm. */
const removeOtherKeys = async (directory: string, { keyId }: Authority): Promise<void> => {
  const others = (await readdir(directory)).filter(
    name => /^ca-[0-9a-f]{16}\.key$/.test(name) && name !== keyFileOf(keyId),
  )
  for (const name of others) await rm(join(directory, name))
}

const keyFileOf = (keyId: Buffer): string => `ca-${keyId.toString('hex').slice(0, 16)}.key`

const nameOf = (keyId: Buffer): string => `Parcela local CA ${keyId.toString('hex').slice(0, 8)}`

const attempt = <T>(read: () => T, problem: string): T => {
  try {
    return read()
  } catch (error) {
    throw unusable(problem, error)
  }
}

const unusable = (problem: string, cause?: unknown): AppError =>
  new AppError(
    'unavailable',
    `No certificate can be signed: ${problem}. Restore it from a backup, or remove ca.pem to have a new CA, which everybody must then trust again`,
    { cause },
  )

const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT') return undefined
  throw unusable('the certificate of the local CA (ca.pem) cannot be read', error)
}
