import { z } from 'zod'
import { dnsAnswer } from '../dns/dns.ts'
import { addDomainRequest, domainAnswer, domainList, domainText } from '../domains/domain.ts'
import { trafficAnswer } from '../traffic/traffic.ts'
import { defineRoute } from './route.ts'

const serviceId = z.object({ id: z.string().describe('The id of the service') })
const domainParams = serviceId.extend({ name: domainText.describe('The domain, as people write it or as in DNS') })

/** How the world reaches services: custom domains, what is published in DNS, and who came. */
export const domainRoutes = {
  listDomains: defineRoute({
    method: 'GET',
    path: '/services/{id}/domains',
    summary: 'List custom domains',
    permission: 'service:read',
    params: serviceId,
    answers: { 200: domainList },
  }),
  addDomain: defineRoute({
    method: 'POST',
    path: '/services/{id}/domains',
    summary: 'Add a custom domain',
    permission: 'service:manage',
    description:
      'Answers with the records to set. It is looked at by itself from then on, and served once it points here.',
    params: serviceId,
    body: addDomainRequest,
    answers: { 202: domainAnswer },
  }),
  removeDomain: defineRoute({
    method: 'DELETE',
    path: '/services/{id}/domains/{name}',
    summary: 'Remove a custom domain',
    permission: 'service:manage',
    params: domainParams,
    answers: { 204: null },
  }),
  checkDomain: defineRoute({
    method: 'POST',
    path: '/services/{id}/domains/{name}/check',
    summary: 'Look at a custom domain now',
    permission: 'service:manage',
    params: domainParams,
    answers: { 202: domainAnswer },
  }),
  readTraffic: defineRoute({
    method: 'GET',
    path: '/services/{id}/traffic',
    summary: 'Visits',
    permission: 'service:read',
    params: serviceId,
    query: z.object({
      hours: z.coerce
        .number()
        .int()
        .min(1)
        .max(2160)
        .default(24)
        .describe('How far back; up to 48 in minutes, else in hours'),
    }),
    answers: { 200: trafficAnswer },
  }),
  readDns: defineRoute({
    method: 'GET',
    path: '/dns',
    summary: 'What is published in DNS',
    permission: 'platform:admin',
    answers: { 200: dnsAnswer },
  }),
}
