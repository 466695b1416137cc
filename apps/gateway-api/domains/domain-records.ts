import type { DomainRecord } from '@parcela/contract'
import type { Domain, DomainStatus } from '@parcela/core'
import { getDomain } from 'tldts'
import type { GatewaySettings } from '../settings.ts'

type Observed = Pick<DomainStatus, 'status_reason'> | null

/**
 * What the owner of a name sets at their DNS provider: a CNAME to the service's own name, which also proves whose the name is; or the addresses of
 * the platform with the proof as TXT. At the top of a zone there is only the second way, because other records stand there (RFC 1034, 3.6.2).
 */
export const domainRecords = (
  { name, proof }: Pick<Domain, 'name' | 'proof'>,
  observed: Observed,
  options: { serviceName: string; settings: Pick<GatewaySettings, 'appsDomain' | 'edgeAddresses'> },
): DomainRecord[] => {
  const { appsDomain, edgeAddresses } = options.settings
  const values = observed?.status_reason?.values ?? {}
  const isRouteSet = toAnswer(values.route_is_set)
  const route = (type: 'A' | 'AAAA' | 'CNAME', value: string, is_set: boolean | null): DomainRecord => ({
    type,
    name,
    value,
    purpose: 'route',
    is_set,
  })
  // Where the name leads here and something is wrong all the same, it does so by its addresses: the CNAME would have been proof enough.
  const alias = route('CNAME', `${options.serviceName}.${appsDomain}`, isRouteSet === null ? null : false)
  const isApex = getDomain(name, { allowPrivateDomains: true }) === name
  return [
    ...(isApex ? [] : [alias]),
    ...edgeAddresses.ipv4.map(address => route('A', address, isRouteSet)),
    ...edgeAddresses.ipv6.map(address => route('AAAA', address, isRouteSet)),
    {
      type: 'TXT',
      name: `_parcela.${name}`,
      value: `parcela=${proof}`,
      purpose: 'proof',
      is_set: toAnswer(values.proof_is_set),
    },
  ]
}

/** The reconciler writes 0 and 1 beside what it saw; nothing where it did not look. */
const toAnswer = (value: string | number | undefined): boolean | null => (value === undefined ? null : value === 1)
