import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, type StatusReason, toAppError } from '@parcela/contract'
import {
  type CertificateAttempt,
  type CertificateBook,
  type CertificateDecision,
  type CertificateIssuer,
  type Challenge,
  type Clock,
  decideCertificate,
  type Edge,
  type IssuedCertificate,
} from '@parcela/core'
import type { Log } from '@parcela/kit'
import { reasonOf } from '../loop/reason-of.ts'
import { bookCertificate, issuedAttempt } from './book-certificate.ts'
import { type Ending, endingOf } from './ending-of.ts'

/** What became of one look at a certificate. A `valid` one, also an old one, is live on the edge. */
export type Kept =
  | { state: 'kept'; until: Date; ending: Ending | null }
  /** The authority is being asked; whoever asked is told when that is over. */
  | { state: 'asked'; valid: boolean }
  | { state: 'waiting'; until: Date; reason: StatusReason; valid: boolean; ending: Ending | null }

export type CertificateView = {
  stored: IssuedCertificate | undefined
  decision: CertificateDecision
  /** Why the authority is waited for. */
  problem: StatusReason | null
}

type Asking = {
  challenge: Challenge
  /** How long to wait for the authority; longer, and it goes on without us. */
  patienceMs: number
  /** Ends the wait alone: what the authority was asked stays asked. */
  signal?: AbortSignal
  /** Called when the authority has answered after nobody waited any more. */
  onLate: () => void
}

export type CertificateKeeper = {
  /** What is stored and what is to be done about it. Asks nobody. */
  look(names: readonly string[]): Promise<CertificateView>
  /** Puts the stored certificate on the edge and, where it is time, has a new one issued. Once at a time for the same names. */
  keep(names: readonly string[], asking: Asking): Promise<Kept>
  /** Ends what is being asked. */
  stop(): Promise<void>
}

export type KeeperPorts = {
  certificates: CertificateIssuer
  certificateBook: CertificateBook
  edge: Edge
  clock: Clock
  log: Log
}

/** Work that waits for authorities holds places that other services' work needs: so many at once, and no more. */
const waitersAtOnce = 2

/** Certificates at the right time, never asked for more often than their authority allows; what was asked survives in the book. */
export const createCertificateKeeper = (ports: KeeperPorts): CertificateKeeper => {
  const { certificates, certificateBook, clock, log } = ports
  const stopping = new AbortController()
  const underWay = new Map<string, Promise<void>>()
  let waiters = 0

  const look = async (names: readonly string[]): Promise<CertificateView> => {
    const now = clock.now()
    const [stored, attempts] = await Promise.all([
      certificates.findCertificate(names),
      certificateBook.listAttempts(names, now),
    ])
    const { limits } = certificates
    const decision = decideCertificate({ stored, attempts, limits, names, now, jitter: jitterOf(names) })
    const problem = decision.action === 'wait' ? (lastReason(attempts) ?? limitReason(names, decision.until)) : null
    return { stored, decision, problem }
  }

  const issue = async (names: readonly string[], challenge: Challenge): Promise<void> => {
    let issued: IssuedCertificate
    try {
      issued = await certificates.issueCertificate(names, { challenge, signal: stopping.signal })
    } catch (cause) {
      if (stopping.signal.aborted) throw stopping.signal.reason
      const failure = toAppError(cause)
      log.warn({ names, code: failure.code, err: failure.cause ?? failure }, `no certificate: ${failure.message}`)
      await certificateBook.recordAttempt(failedAttempt(names, failure, clock.now()))
      return
    }
    await certificateBook.recordAttempt(issuedAttempt(names, clock.now()))
    await putOnEdge(ports, issued)
    log.info({ names, serial: issued.serial, not_after: issued.not_after }, 'a certificate was issued')
  }

  const ask = (names: readonly string[], challenge: Challenge): Promise<void> => {
    const key = keyOf(names)
    const known = underWay.get(key)
    if (known) return known
    const asked = issue(names, challenge).finally(() => underWay.delete(key))
    underWay.set(key, asked)
    return asked
  }

  const awaitPatiently = async (asked: Promise<void>, { patienceMs, signal, onLate }: Asking): Promise<boolean> => {
    const isWaiting = waiters < waitersAtOnce
    waiters += isWaiting ? 1 : 0
    const over = new AbortController()
    const ends = signal ? AbortSignal.any([over.signal, signal]) : over.signal
    try {
      const isIn = await Promise.race([
        asked.then(() => true),
        sleep(isWaiting ? patienceMs : 0, false, { signal: ends }),
      ])
      if (!isIn) tellLate(asked, onLate)
      return isIn
    } catch (error) {
      if (signal?.aborted) tellLate(asked, onLate)
      throw error
    } finally {
      over.abort()
      waiters -= isWaiting ? 1 : 0
    }
  }

  const tellLate = (asked: Promise<void>, onLate: () => void): void => {
    asked.then(onLate, error => {
      if (!stopping.signal.aborted) log.error({ err: error }, 'what an authority answered could not be kept')
    })
  }

  const told = async ({ stored, decision, problem }: CertificateView): Promise<Kept> => {
    const valid = isValid(stored, clock.now())
    if (stored && valid) await putOnEdge(ports, stored)
    const ending = stored ? await endingOf(ports, stored) : null
    if (decision.action === 'keep') return { state: 'kept', until: decision.until, ending }
    if (decision.action === 'issue' || !problem) return { state: 'asked', valid }
    return { state: 'waiting', until: decision.until, reason: problem, valid, ending }
  }

  return {
    look,
    keep: async (names, asking) => {
      const view = await look(names)
      if (view.decision.action !== 'issue') return told(view)
      const isIn = await awaitPatiently(ask(names, asking.challenge), asking)
      return told(isIn ? await look(names) : view)
    },
    stop: async () => {
      stopping.abort(new AppError('unavailable', 'Parcela stops.'))
      await Promise.allSettled(underWay.values())
    },
  }
}

const putOnEdge = async (ports: KeeperPorts, issued: IssuedCertificate): Promise<void> => {
  await bookCertificate(ports, issued)
  const { names, certificate, key } = issued
  await ports.edge.ensureCertificates([{ names, certificate, key }])
}

const isValid = (stored: IssuedCertificate | undefined, now: Date): boolean =>
  stored !== undefined && stored.not_before <= now && stored.not_after > now

const failedAttempt = (names: readonly string[], failure: AppError, at: Date): CertificateAttempt => {
  const waitS = Number(failure.details?.retry_after_s)
  return {
    names,
    outcome: 'failed',
    is_failed_validation: failure.details?.reason === 'validation_failed',
    retry_after: Number.isFinite(waitS) ? new Date(at.getTime() + waitS * 1000) : null,
    reason: reasonOf(failure, 'ensure-certificate'),
    at,
  }
}

const lastReason = (attempts: readonly CertificateAttempt[]): StatusReason | undefined => {
  const last = attempts.at(-1)
  return last?.outcome === 'failed' ? (last.reason ?? undefined) : undefined
}

const limitReason = (names: readonly string[], until: Date): StatusReason => ({
  code: 'busy',
  message: `The certificate authority was asked for ${names.join(', ')} as often as it allows; it is asked again after ${until.toISOString()}.`,
  step: 'ensure-certificate',
  reason: 'certificate_limit',
  values: { until: until.toISOString() },
})

const keyOf = (names: readonly string[]): string => names.toSorted().join(' ')

/** In [0, 1), the same for the same names at every look. */
const jitterOf = (names: readonly string[]): number =>
  createHash('sha256').update(keyOf(names)).digest().readUInt32BE(0) / 2 ** 32
