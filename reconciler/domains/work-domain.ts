import type { Domain, DomainStatus, ServiceId } from '@parcela/core'
import type { Work } from '../loop/work.ts'

/** The custom domain of that name, as it is wanted. */
export const domainOf = ({ domains, spec }: Pick<Work, 'domains' | 'spec'>, name: string): Domain => {
  const found = domains.find(domain => domain.name === name)
  if (!found) throw new Error(`a step for ${name}, which is no domain of ${spec.id}`)
  return found
}

/** How far it is, or how far one is that was never looked at. */
export const findDomainStatus = async (
  { ports }: Pick<Work, 'ports'>,
  { service_id, name }: { service_id: ServiceId; name: string },
): Promise<DomainStatus> => {
  const statuses = await ports.observed.listDomainStatuses(service_id)
  return (
    statuses.find(status => status.name === name) ?? {
      service_id,
      name,
      status: 'waiting_for_dns',
      status_reason: null,
      verified_at: null,
      checked_at: null,
      next_check_at: null,
      attempts: 0,
    }
  )
}
