import type { DomainStatus, SeenDomain, ServiceStatus } from '@parcela/core'
import type { Work } from '../loop/work.ts'

/**
 * How far the service's domains are. Those that are not as they should be are looked at with every piece of work on the service: whoever asked for
 * it may have set the record that was missing. The others at their time, when something was asked for, and before their certificate is renewed.
 */
export const readDomains = async (
  { ports, spec, domains, keeper }: Work,
  { status, certified }: { status: ServiceStatus | undefined; certified: ReadonlySet<string> },
): Promise<SeenDomain[]> => {
  if (domains.length === 0) return []
  const statuses = new Map((await ports.observed.listDomainStatuses(spec.id)).map(known => [known.name, known]))
  const isAsked = status === undefined || status.generation < spec.generation
  const now = ports.clock.now()

  const readDomain = async (name: string): Promise<SeenDomain> => {
    const known = statuses.get(name)
    const { action } = (await keeper.look([name])).decision
    const is_held = known?.verified_at != null
    const needs_certificate = action === 'issue' || (action === 'keep' && !certified.has(name))
    const is_due = isAsked || (is_held && action === 'issue') || isTime(known, now)
    return { name, is_held, is_due, needs_certificate, is_active: known?.status === 'active' }
  }
  return Promise.all(domains.map(({ name }) => readDomain(name)))
}

const isTime = (known: DomainStatus | undefined, now: Date): boolean =>
  !known?.verified_at || known.status_reason !== null || (known.next_check_at !== null && known.next_check_at <= now)
