import { AppError, type StatusReason } from '@parcela/contract'
import { type Domain, type DomainFinding, judgeDomain, proofName } from '@parcela/core'
import type { Work } from '../loop/work.ts'
import { takeOverDomain } from './take-over-domain.ts'
import { domainOf, findDomainStatus } from './work-domain.ts'

const minuteMs = 60_000
const staysUntil = 'It stays this service’s until another one proves that it is its own.'

/** What the world's DNS says of a domain, judged for the service that asks and for any other that has it. */
export type DomainLook = { finding: DomainFinding; judgeFor: (other: { host: string; proof: string }) => DomainFinding }

/**
 * Looks where the domain points and whose it is. The first that proves it has it; another service gets it once the owner of the name says so by
 * the TXT record and no longer says that it is the first's. One that was proved stays the service's while it points elsewhere for a time.
 */
export const checkDomain = async (work: Work, name: string): Promise<string> => {
  const { ports, spec } = work
  const domain = domainOf(work, name)
  const look = await lookAt(work, domain)
  const holder = await ports.observed.findDomainHolder(name)
  if (holder === spec.id) {
    const { points_here, problem } = look.finding
    if (!points_here) throw problemOf(look.finding)
    if (problem) work.remarks.set(name, { ...problem, message: `${problem.message} ${staysUntil}` })
    return 'points here'
  }
  if (holder !== undefined) await takeOverDomain(work, domain, { look, holder })
  else if (!look.finding.is_proved) throw problemOf(look.finding)
  await recordProof(work, domain)
  return holder === undefined ? 'proved' : 'taken over'
}

const lookAt = async ({ ports, site, options }: Work, { name, proof }: Domain): Promise<DomainLook> => {
  const [looked, texts] = await Promise.all([
    ports.nameLookup.lookUp(name),
    ports.nameLookup.lookUpText(proofName(name)),
  ])
  const { ipv4, ipv6 } = options.edgeAddresses
  const judgeFor: DomainLook['judgeFor'] = other =>
    judgeDomain({ name, ...other, addresses: [...ipv4, ...ipv6], looked, texts })
  return { finding: judgeFor({ host: site.host, proof }), judgeFor }
}

/** From here on the domain is this service's; the rest of its steps may be done by a later look. */
const recordProof = async (work: Work, { service_id, name }: Domain): Promise<void> => {
  const { observed, clock } = work.ports
  const now = clock.now()
  await observed.recordDomainStatus({
    ...(await findDomainStatus(work, { service_id, name })),
    status: 'issuing',
    status_reason: null,
    verified_at: now,
    checked_at: now,
    next_check_at: new Date(now.getTime() + minuteMs),
    attempts: 0,
  })
}

const problemOf = ({ problem }: DomainFinding): AppError => failureOf(problem)

/** A reason that is told already, as a failure of the step. */
export const failureOf = (told: StatusReason | null): AppError => {
  if (!told) return new AppError('rejected', 'The domain is not proved.')
  const { code, message, reason, values } = told
  return new AppError(code, message, { details: { ...values, ...(reason ? { reason } : {}) } })
}
