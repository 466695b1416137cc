import { AppError } from '@parcela/contract'
import { type Domain, proofName, type ServiceId } from '@parcela/core'
import type { Work } from '../loop/work.ts'
import type { DomainLook } from './check-domain.ts'
import { withdrawCertificate } from './withdraw-domain.ts'
import { findDomainStatus } from './work-domain.ts'

const minuteMs = 60_000

/**
 * Takes the domain from the service that has it, where the owner of the name says so: the TXT record names this service, and neither it nor a CNAME
 * names the other any more. Else `conflict` with reason `domain_taken`, and the other keeps it.
 */
export const takeOverDomain = async (
  work: Work,
  domain: Domain,
  { look, holder }: { look: DomainLook; holder: ServiceId },
): Promise<void> => {
  const { ports, turns } = work
  const { finding } = look
  if (!finding.is_proved || !finding.has_text_proof || (await stillProves(work, domain, { look, holder })))
    throw takenProblem(domain)

  ports.log.info({ service: work.spec.id, from: holder, domain: domain.name }, 'a domain goes to another service')
  await turns.routes(async () => {
    await recordLoss(work, domain, holder)
    await ports.edge.removeRoute(domain.name)
    await ports.observed.forgetRoute(domain.name)
  })
  await withdrawCertificate(ports, domain.name)
  await ports.queue.wake(holder)
}

const stillProves = async (
  { ports, options }: Work,
  { name }: Domain,
  { look, holder }: { look: DomainLook; holder: ServiceId },
): Promise<boolean> => {
  const [service, domains] = await Promise.all([ports.desired.findService(holder), ports.desired.listDomains(holder)])
  const proof = domains.find(domain => domain.name === name)?.proof
  if (!service || proof === undefined) return false
  const { is_proved, has_text_proof } = look.judgeFor({ host: `${service.name}.${options.appsDomain}`, proof })
  return is_proved || has_text_proof
}

const recordLoss = async (work: Work, { name }: Domain, holder: ServiceId): Promise<void> => {
  const now = work.ports.clock.now()
  const before = await findDomainStatus(work, { service_id: holder, name })
  await work.ports.observed.recordDomainStatus({
    ...before,
    status: 'waiting_for_dns',
    status_reason: {
      code: 'conflict',
      message: `The owner of ${name} gave it to another service: the TXT record ${proofName(name)} names that one.`,
      step: 'check-domain',
      reason: 'domain_taken_over',
    },
    verified_at: null,
    checked_at: now,
    next_check_at: new Date(now.getTime() + minuteMs),
    attempts: 0,
  })
}

const takenProblem = ({ name, proof }: Domain): AppError =>
  new AppError(
    'conflict',
    `${name} belongs to another service. To bring it here, replace what the TXT record ${proofName(name)} holds by parcela=${proof}, and any CNAME to the other service's name by one to this one's.`,
    { details: { reason: 'domain_taken', proof_name: proofName(name), proof: `parcela=${proof}` } },
  )
