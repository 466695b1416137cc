import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError } from '@parcela/contract'
import type { CertificateIssuer, Challenge } from '@parcela/core'
import { createTurn, ignoreMissing, writeFileAtomically } from '@parcela/kit'
import { foldersOf, issueArguments, renderIni, revokeArguments } from './certbot-arguments.ts'
import { type CertbotOptions, checkOptions, letsEncryptLimits, serverOf } from './certbot-options.ts'
import { checkNames } from './check-names.ts'
import { explainFailure } from './explain-failure.ts'
import { renderHook } from './hook/render-hook.ts'
import { serveHooks } from './hook/serve-hooks.ts'
import { createLineages, lineageOf } from './lineages.ts'
import { findProblem } from './parse-log.ts'
import { runCertbot } from './run-certbot.ts'

const defaultTimeoutMs = 300_000
/** Certbot itself repeats a request once when the authority did not like its nonce; some authorities do that at random. */
const nonceAttempts = 3
const keptLogs = 20

/**
 * Certificates of Let's Encrypt or another ACME authority, by certbot, which runs apart from any other certbot of the machine. One run at a
 * time. `invalid` for a wildcard by HTTP, which no authority signs, and for options that certbot could not be given.
 */
export const createCertbotIssuer = (given: CertbotOptions): CertificateIssuer => {
  checkOptions(given)
  const options = withWholePaths(given)
  const { nameServer, clock, log, timeoutMs = defaultTimeoutMs } = options
  const server = serverOf(options)
  // Each authority for itself: the certificates of a staging authority must not be taken for good ones later.
  const directory = join(options.directory, folderNameOf(server))
  const folders = foldersOf(directory)
  const lineages = createLineages(folders.config, log)
  const inTurn = createTurn()

  const prepare = async (): Promise<void> => {
    await mkdir(options.directory, { recursive: true, mode: 0o700 })
    for (const folder of [directory, folders.config, folders.work, folders.logs])
      await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFileAtomically(folders.ini, renderIni(options), { mode: 0o600 })
    await writeFileAtomically(folders.hook, renderHook(), { mode: 0o700 })
    await forgetOldLogs(folders.logs)
  }

  /** Without a challenge: a revocation. */
  type Work = { names: readonly string[]; challenge?: Challenge; signal?: AbortSignal }

  /** One run of certbot with its hooks; throws what it means when it does not end well. */
  const run = async ({ names, challenge, signal }: Work): Promise<void> => {
    signal?.throwIfAborted()
    await prepare()
    const started = clock.now().toISOString().replaceAll(':', '')
    const logs = join(folders.logs, `${started}-${randomBytes(3).toString('hex')}`)
    const where = { folders, logs, options, lineage: lineageOf(names) }
    const unpublished = new AbortController()
    const timeout = AbortSignal.timeout(timeoutMs)
    const hooks = await serveHooks({ directory, names, nameServer, log, onFailure: error => unpublished.abort(error) })
    try {
      const ended = await runCertbot(challenge ? issueArguments(where, names, challenge) : revokeArguments(where), {
        binary: options.binary ?? 'certbot',
        directory,
        env: { ...hooks.env, ...(options.caBundleFile ? { REQUESTS_CA_BUNDLE: options.caBundleFile } : {}) },
        signal: AbortSignal.any([unpublished.signal, timeout, ...(signal ? [signal] : [])]),
      })
      if (ended.exitCode === 0) return
      signal?.throwIfAborted()
      unpublished.signal.throwIfAborted()
      if (timeout.aborted)
        throw new AppError('unavailable', `certbot was ended: it had not finished after ${timeoutMs / 1000} s.`)
      const text = (await readFile(join(logs, 'letsencrypt.log'), 'utf8').catch(ignoreMissing)) ?? ''
      throw explainFailure(ended, findProblem(text), { names, challenge, server, now: clock.now() })
    } finally {
      await hooks.close()
      await forgetSpareKeys(folders.config)
    }
  }

  const runThrough = async (work: Work): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run(work)
      } catch (error) {
        if (problemOf(error) !== 'badNonce' || attempt === nonceAttempts) throw error
      }
    }
  }

  return {
    limits: options.limits === undefined ? letsEncryptLimits : options.limits,
    findCertificate: async names => {
      const stored = await lineages.read(lineageOf(names))
      return stored && { ...stored, names }
    },
    issueCertificate: async (names, { challenge, signal }) => {
      const wanted = [...new Set(names)]
      checkNames(wanted, challenge)
      return inTurn(async () => {
        signal?.throwIfAborted()
        const lineage = lineageOf(wanted)
        // Certbot would not write over what it cannot read.
        if (!(await lineages.isWhole(lineage))) await lineages.remove(lineage)
        await runThrough({ names: wanted, challenge, ...(signal ? { signal } : {}) })
        const issued = await lineages.read(lineage)
        if (!issued)
          throw new AppError('internal', 'certbot reported success, and left no certificate that can be used.')
        log.info({ names: wanted, until: issued.not_after, authority: server }, 'A certificate was issued')
        return { ...issued, names: wanted }
      })
    },
    revokeCertificate: names =>
      inTurn(async () => {
        const lineage = lineageOf(names)
        if (await lineages.isWhole(lineage)) {
          await runThrough({ names }).catch((error: unknown) => {
            if (problemOf(error) === 'alreadyRevoked') return
            log.warn({ err: error, names }, 'A certificate could not be revoked; it is forgotten, and ends by itself')
          })
        }
        await lineages.remove(lineage)
      }),
    listCertificates: async () => {
      const stored = await Promise.all((await lineages.list()).map(lineages.read))
      return stored.flatMap(certificate => (certificate ? [certificate.names] : []))
    },
  }
}

/** Certbot runs in a folder of its own. */
const withWholePaths = (options: CertbotOptions): CertbotOptions => ({
  ...options,
  directory: resolve(options.directory),
  webroot: resolve(options.webroot),
  ...(options.caBundleFile === undefined ? {} : { caBundleFile: resolve(options.caBundleFile) }),
})

/** `acme-v02.api.letsencrypt.org-1a2b3c4d`: for people, and different for each directory. */
const folderNameOf = (server: string): string => {
  const { hostname } = new URL(server)
  return `${hostname.replace(/[^a-z0-9.-]/g, '_')}-${createHash('sha256').update(server).digest('hex').slice(0, 8)}`
}

const problemOf = (error: unknown): unknown => (error instanceof AppError ? error.details?.problem : undefined)

const forgetOldLogs = async (folder: string): Promise<void> => {
  const runs = (await readdir(folder)).sort()
  for (const old of runs.slice(0, -keptLogs)) await rm(join(folder, old), { recursive: true, force: true })
}

/** Some versions of certbot keep a second copy of every key that they make, also of those that came to nothing. */
const forgetSpareKeys = async (config: string): Promise<void> => {
  for (const folder of ['keys', 'csr']) await rm(join(config, folder), { recursive: true, force: true })
}
