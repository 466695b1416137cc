import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { AppError } from '@parcela/contract'
import type { CertificateIssuer, Clock, IssuedCertificate } from '@parcela/core'
import { createTurn, ignoreMissing, type Log, writeFileAtomically } from '@parcela/kit'
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

/** Short, so that a key that was lost is of little use for long; long enough that sites survive some days without the platform after two thirds. */
const leafLifeMs = 14 * 86_400_000

/**
 * Keeps one CA over restarts. Changed `domains` make a new CA, which everybody must trust again; the log warns. A stored CA that cannot be read
 * is `unavailable` and says what to do. Names outside the domains are `rejected` with reason `outside_constraints`. It has no limits, no
 * challenges and no revocation list: what is revoked is forgotten, and ends soon.
 */
export const createLocalCa = (options: LocalCaOptions): LocalCa => {
  const { directory, publishTo, clock, log } = options
  const domains = [...new Set(options.domains)].sort()
  if (domains.length === 0 || !domains.every(domain => isHostName(domain) && !domain.startsWith('*'))) {
    throw new AppError('invalid', 'The local CA needs at least one domain, each a lower-case host name')
  }
  const leaves = createLeafFiles(directory, log)
  /** One at a time: two callers must not make two CAs, nor two certificates of the same names. */
  const inTurn = createTurn()

  const openAuthority = async (): Promise<Authority> => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const authority = await ensureAuthority({ directory, domains, clock, log, remainingMs: leafLifeMs })
    if (publishTo !== undefined) await publish(authority, publishTo)
    return authority
  }

  return {
    limits: null,
    caCertificate: () => inTurn(async () => (await openAuthority()).certificate),
    findCertificate: names =>
      inTurn(async () => {
        const stored = await leaves.find(names)
        // What a CA signed that was replaced is trusted by nobody any more.
        return stored?.leaf.verify((await openAuthority()).parsed.publicKey) ? { ...stored.issued, names } : undefined
      }),
    issueCertificate: (names, { signal }) =>
      inTurn(async () => {
        signal?.throwIfAborted()
        const wanted = [...new Set(names)]
        checkNames(wanted, domains)
        const issued = issue(wanted, await openAuthority(), clock.now())
        await leaves.store(issued)
        log.info({ names: wanted, until: issued.not_after }, 'The local CA issued a certificate')
        return issued
      }),
    revokeCertificate: names => inTurn(() => leaves.remove(names)),
    listCertificates: () => inTurn(async () => (await leaves.list()).map(({ issued }) => issued.names)),
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
    serial: new X509Certificate(certificate).serialNumber.toLowerCase(),
  }
}

const publish = async ({ certificate }: Authority, path: string): Promise<void> => {
  const there = await readFile(path, 'utf8').catch(ignoreMissing)
  if (there !== certificate) await writeFileAtomically(path, certificate, { mode: 0o644 })
}

const wholeSecond = (timeMs: number): Date => new Date(Math.floor(timeMs / 1000) * 1000)
