import { type DomainAnswer, describeDomainName } from '@parcela/contract'
import type { DesiredState } from '@parcela/core'
import { domainRecords } from '../domains/domain-records.ts'
import type { GatewaySettings } from '../settings.ts'

type Listed = Awaited<ReturnType<DesiredState['listDomains']>>[number]

/** A custom domain as the API shows it. */
export const toDomainAnswer = (
  domain: Listed,
  options: { serviceName: string; settings: Pick<GatewaySettings, 'appsDomain' | 'edgeAddresses' | 'httpsPort'> },
): DomainAnswer => {
  const { observed, certificate } = domain
  const { httpsPort } = options.settings
  return {
    ...describeDomainName(domain.name),
    redirect_to: domain.redirect_to,
    url: `https://${domain.name}${httpsPort === 443 ? '' : `:${httpsPort}`}`,
    status: observed?.status ?? 'waiting_for_dns',
    status_reason: observed?.status_reason ?? null,
    records: domainRecords(domain, observed, options),
    verified_at: observed?.verified_at?.toISOString() ?? null,
    checked_at: observed?.checked_at?.toISOString() ?? null,
    next_check_at: observed?.next_check_at?.toISOString() ?? null,
    certificate: certificate && {
      not_before: certificate.not_before.toISOString(),
      not_after: certificate.not_after.toISOString(),
      serial: certificate.serial,
    },
    created_at: domain.created_at.toISOString(),
  }
}
