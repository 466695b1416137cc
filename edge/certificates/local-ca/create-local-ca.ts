import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { AppError } from '@parcela/contract'
import type { CertificateIssuer, Clock, IssuedCertificate } from '@parcela/core'
import { ignoreMissing, type Log, writeFileAtomically } from '@parcela/kit'
import { checkNames, isHostName } from './check-names.ts'
import { type Authority, backdateMs, ensureAuthority } from './ensure-authority.ts'
import { authorityKey, leafConstraints, leafKeyUsage, serverUse, subjectKey, subjectNames } from './extensions.ts'
import { createLeafFiles } from './leaf-files.ts'
import { keyIdOf, signCertificate } from './sign-certificate.ts'

export type LocalCaOptions = {
  /** Where the CA and what it issued are kept; closed to others. */
  directory: string
  /** The CA signs for these domains and what is below them, and clients accept nothing else from it. */
  domains: readonly string[]
  /** Gets a copy of the CA's certificate, for people to trust. */
  publishTo?: string
  clock: Clock
  log: Log
}

/** A certificate authority of this installation, for names that no public one signs. */
export type LocalCa = CertificateIssuer & {
  /** The CA's certificate in PEM; made on first use. */
  caCertificate(): Promise<string>
}

const dayMs = 86_400_000
const leafLifeMs = 90 * dayMs

/**
 * Keeps one CA over restarts. Changed `domains` make a new CA, which everybody must trust again; the log warns. A stored CA that cannot be read
 * is `unavailable` and says what to do.
 */
export const createLocalCa = (options: LocalCaOptions): LocalCa => {
  const { directory, publishTo, clock, log } = options
  const domains = [...new Set(options.domains)].sort()
  if (domains.length === 0 || !domains.every(domain => isHostName(domain) && !domain.startsWith('*'))) {
    throw new AppError('invalid', 'The local CA needs at least one domain, each a lower-case host name')
  }
  const leaves = createLeafFiles(directory)
  let last: Promise<unknown> = Promise.resolve()

  /** One at a time: two callers must not make two CAs, nor two certificates of the same names. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    last = done.then(ignore, ignore)
    return done
  }

  const openAuthority = async (): Promise<Authority> => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const authority = await ensureAuthority({ directory, domains, clock, log, remainingMs: leafLifeMs })
    if (publishTo !== undefined) await publish(authority, publishTo)
    return authority
  }

  return {
    caCertificate: () => inTurn(async () => (await openAuthority()).certificate),
    ensureCertificate: names =>
      inTurn(async () => {
        const wanted = [...new Set(names)]
        checkNames(wanted, domains)
        const authority = await openAuthority()
        const stored = await leaves.find(wanted)
        if (stored?.isSignedBy(authority.parsed) && isFresh(stored.issued, clock.now())) return stored.issued

        const issued = issue(wanted, authority, clock.now())
        await leaves.store(issued)
        log.info({ names: wanted, until: issued.not_after }, 'The local CA issued a certificate')
        return issued
      }),
  }
}

const issue = (names: readonly string[], authority: Authority, now: Date): IssuedCertificate => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const not_before = wholeSecond(now.getTime() - backdateMs)
  const not_after = wholeSecond(now.getTime() + leafLifeMs)
  const certificate = signCertificate(
    {
      subject: null,
      issuer: authority.name,
      publicKey,
      notBefore: not_before,
      notAfter: not_after,
      extensions: [
        leafConstraints,
        leafKeyUsage,
        serverUse,
        subjectNames(names),
        subjectKey(keyIdOf(publicKey)),
        authorityKey(authority.keyId),
      ],
    },
    authority.key,
  )
  return {
    names,
    certificate,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    not_before,
    not_after,
  }
}

/** Renewed with a third of its life left, so that a month of failures passes unnoticed by visitors. */
const isFresh = ({ not_before, not_after }: IssuedCertificate, now: Date): boolean => {
  const lifeMs = not_after.getTime() - not_before.getTime()
  return now >= not_before && not_after.getTime() - now.getTime() >= lifeMs / 3
}

const publish = async ({ certificate }: Authority, path: string): Promise<void> => {
  const there = await readFile(path, 'utf8').catch(ignoreMissing)
  if (there !== certificate) await writeFileAtomically(path, certificate, { mode: 0o644 })
}

const wholeSecond = (timeMs: number): Date => new Date(Math.floor(timeMs / 1000) * 1000)

const ignore = (): undefined => undefined
