import type { DomainAnswer, TrafficAnswer } from '@parcela/contract'
import { queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'

const domains = (serviceId: string): string => `/api/v1/services/${encodeURIComponent(serviceId)}/domains`
const domain = (serviceId: string, name: string): string => `${domains(serviceId)}/${encodeURIComponent(name)}`

/** The calls about how the world reaches a site, and who came. */
export const namesGateway = {
  listDomains: (serviceId: string) => requestJson<{ items: DomainAnswer[] }>('GET', domains(serviceId)),
  addDomain: (serviceId: string, asked: { name: string; redirect_to: string | null }) =>
    requestJson<DomainAnswer>('POST', domains(serviceId), asked),
  removeDomain: (serviceId: string, name: string) => requestJson('DELETE', domain(serviceId, name)),
  checkDomain: (serviceId: string, name: string) =>
    requestJson<DomainAnswer>('POST', `${domain(serviceId, name)}/check`),
  readTraffic: (serviceId: string, hours: number) =>
    requestJson<TrafficAnswer>('GET', `/api/v1/services/${encodeURIComponent(serviceId)}/traffic?hours=${hours}`),
}

export const nameQueries = {
  domains: (serviceId: string) =>
    queryOptions({
      queryKey: ['service', serviceId, 'domains'],
      queryFn: () => namesGateway.listDomains(serviceId),
      refetchInterval: query => (query.state.data?.items.every(({ status }) => status === 'active') ? 60_000 : 3_000),
    }),
  traffic: (serviceId: string, hours: number) =>
    queryOptions({
      queryKey: ['service', serviceId, 'traffic', hours],
      queryFn: () => namesGateway.readTraffic(serviceId, hours),
      refetchInterval: 20_000,
    }),
}
