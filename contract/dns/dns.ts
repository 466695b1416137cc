import { z } from 'zod'

/** A name that Parcela published: every value of one type. */
export const dnsRecord = z
  .object({
    name: z.string(),
    type: z.enum(['A', 'AAAA', 'CNAME', 'TXT', 'CAA']),
    /** Seconds that resolvers may keep it. */
    ttl: z.int(),
    values: z.array(z.string()),
  })
  .meta({ id: 'DnsRecord' })
export type DnsRecord = z.infer<typeof dnsRecord>

export const dnsAnswer = z
  .object({
    /** Who answers for the zones: Parcela itself, or a server that takes dynamic updates (RFC 2136). */
    server: z.enum(['embedded', 'rfc2136']),
    /** Whether each service has a record, or one wildcard serves all. */
    records: z.enum(['each', 'wildcard']),
    zones: z.array(z.string()),
    /** As they were last published. */
    items: z.array(dnsRecord),
    next: z.string().nullable(),
  })
  .meta({ id: 'Dns' })
export type DnsAnswer = z.infer<typeof dnsAnswer>
