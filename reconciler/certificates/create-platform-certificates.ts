import { AppError, toAppError } from '@parcela/contract'
import type { Challenge, Edge, NameServer } from '@parcela/core'
import { noCertificateYet } from '../loop/passing-warnings.ts'
import type { CertificateKeeper, KeeperPorts, Kept } from './create-certificate-keeper.ts'
import { describeEnding } from './ending-of.ts'

/** Start and comparison wait so long for an authority at most; it goes on without them. */
const patienceMs = 2_000

export type PlatformCertificates = {
  /** Sees to all of them: the one of every service's name, and the page's. Never throws for trouble of one. */
  keepAll(): Promise<void>
  /** Sees to the one that covers every service's name; answers whether it is live. */
  keepWildcard(signal: AbortSignal): Promise<boolean>
  /** Whether the wildcard can be had, or its authority asked, now. */
  canCertify(): Promise<boolean>
  /** What people with a service should know of the wildcard: that there is none yet, or that it ends soon. */
  listWarnings(): Promise<string[]>
}

type Options = { appsDomain: string; panelHost: string }

/** The certificates of the platform's own names, so that a new service waits for nothing. `onLate` is called when one came after nobody waited any more. */
export const createPlatformCertificates = (
  ports: KeeperPorts & { nameServer: NameServer; edge: Edge },
  options: Options,
  { keeper, onLate }: { keeper: CertificateKeeper; onLate: () => void },
): PlatformCertificates => {
  const { nameServer, edge, log } = ports
  const wildcard = [`*.${options.appsDomain}`]
  let last: { kept: Kept } | { error: AppError } | undefined

  const keep = (names: readonly string[], signal?: AbortSignal): Promise<Kept> =>
    keeper.keep(names, {
      challenge: challengeFor(nameServer, names),
      patienceMs,
      onLate,
      ...(signal ? { signal } : {}),
    })
  const keepWildcard = async (signal?: AbortSignal): Promise<boolean> => {
    try {
      last = { kept: await keep(wildcard, signal) }
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      const failure = toAppError(error)
      last = { error: failure }
      log.warn({ names: wildcard, err: failure.cause ?? failure }, failure.message)
    }
    return isCovered()
  }
  const keepPanel = async (): Promise<void> => {
    try {
      await keep([options.panelHost])
    } catch (error) {
      const failure = toAppError(error)
      log.warn({ names: [options.panelHost], err: failure.cause ?? failure }, failure.message)
    }
  }
  const isCovered = (): Promise<boolean> => edge.hasCertificate(`any.${options.appsDomain}`)

  return {
    keepAll: async () => {
      await Promise.all([keepWildcard(), keepPanel()])
    },
    keepWildcard,
    canCertify: async () => (await keeper.look(wildcard)).decision.action !== 'wait',
    listWarnings: async () => {
      const kept = last && 'kept' in last ? last.kept : undefined
      const why = last && 'error' in last ? last.error.message : kept?.state === 'waiting' ? kept.reason.message : null
      if (!(await isCovered())) return [noCertificateYet(options.appsDomain, why)]
      const ending = kept && kept.state !== 'asked' ? kept.ending : null
      return ending ? [describeEnding(ending, why)] : []
    },
  }
}

/** Through our own name server where the name lies in it; a wildcard can be proved in no other way. */
const challengeFor = (nameServer: NameServer, names: readonly string[]): Challenge => {
  const [name = ''] = names
  const bare = name.replace(/^\*\./, '')
  if (nameServer.zoneOf(bare) !== undefined) return 'dns'
  if (bare === name) return 'http'
  throw new AppError(
    'rejected',
    `A certificate for ${name} needs ${bare} in a zone of Parcela's name server: delegate the zone to it, or set the server that it updates.`,
    { details: { reason: 'no_zone', zone: bare } },
  )
}
