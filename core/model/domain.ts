import type { DomainStatusWord, StatusReason } from '@parcela/contract'
import type { ServiceId, TeamId } from './id.ts'

/** A custom domain that a service is to answer at. Several services may ask for one name; the first that proves it has it. */
export type Domain = {
  service_id: ServiceId
  team_id: TeamId
  /** Lower case, as in DNS (international names in their `xn--` form), without the final dot. */
  name: string
  /** Visitors are sent to this host (another domain of the same service: apex to www, or the other way round); null serves the site. */
  redirect_to: string | null
  /** Random text that the owner of the name publishes as TXT at `_parcela.<name>`: `parcela=<proof>`. */
  proof: string
  created_at: Date
}

/** What became of it. Written by the reconciler only. */
export type DomainStatus = {
  service_id: ServiceId
  name: string
  status: DomainStatusWord
  status_reason: StatusReason | null
  /** When it was proved to be the service's; null until then. Only one service at a time holds a name as verified. */
  verified_at: Date | null
  checked_at: Date | null
  /** When it is looked at again by itself; null when only a change can help. */
  next_check_at: Date | null
  /** Failed looks in a row. */
  attempts: number
}
