import { z } from 'zod'
import { statusReason } from '../services/service-status.ts'

/**
 * How far a custom domain is: `waiting_for_dns` until it points here and is proved to be the service's, `issuing` while its certificate is
 * asked for, `active` once visitors get the site at it over HTTPS, `failed` where only a change can help.
 */
export const domainStatus = z.enum(['waiting_for_dns', 'issuing', 'active', 'failed'])
export type DomainStatusWord = z.infer<typeof domainStatus>

/** A record that the owner of the name sets at their DNS provider. */
export const domainRecord = z
  .object({
    type: z.enum(['A', 'AAAA', 'CNAME', 'TXT']),
    name: z.string(),
    value: z.string(),
    /** `route`: leads visitors here (a CNAME, or all of A and AAAA). `proof`: says whose the name is. */
    purpose: z.enum(['route', 'proof']),
    /** Whether it was seen at the last look. */
    is_set: z.boolean().nullable(),
  })
  .meta({ id: 'DomainRecord' })
export type DomainRecord = z.infer<typeof domainRecord>

export const domainAnswer = z
  .object({
    /** As in DNS: `xn--caf-dma.example`. */
    name: z.string(),
    /** As people write it: `café.example`. */
    display_name: z.string(),
    /** A part of the name mixes scripts, as names do that imitate others. */
    is_mixed_script: z.boolean(),
    redirect_to: z.string().nullable(),
    url: z.url(),
    status: domainStatus,
    status_reason: statusReason.nullable(),
    /** Either the CNAME alone (there is none for the top of a zone, where DNS allows none), or the address records with the TXT. */
    records: z.array(domainRecord),
    verified_at: z.iso.datetime().nullable(),
    checked_at: z.iso.datetime().nullable(),
    next_check_at: z.iso.datetime().nullable(),
    certificate: z.object({ not_before: z.iso.datetime(), not_after: z.iso.datetime(), serial: z.string() }).nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Domain' })
export type DomainAnswer = z.infer<typeof domainAnswer>

export const domainList = z
  .object({ items: z.array(domainAnswer), next: z.string().nullable() })
  .meta({ id: 'DomainList' })

/** Checked further by the gateway, which knows the platform's own names. */
export const domainText = z.string('must be text').min(1, 'is empty').max(260, 'is longer than 253 characters')

export const addDomainRequest = z
  .strictObject({
    /** As people write it or as in DNS. */
    name: domainText,
    /** Another domain of this service that visitors are sent to. */
    redirect_to: domainText.nullable().optional(),
  })
  .meta({ id: 'AddDomain' })
