/** Records of one name. The type decides the form of the values: `A` IPv4, `AAAA` IPv6, `CNAME` a name, `TXT` text, `CAA` as in `0 issue "ca.example"`. */
export type RecordSet = {
  /** May begin with `*.`: a wildcard, as in RFC 4592. */
  name: string
  type: 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'CAA'
  ttl: number
  values: readonly string[]
}

export type NameServerHealth = { problem: string | null }

/**
 * Where the names of the services' zones are published. Names are absolute, lower case, without the final dot. Only records of ours are seen,
 * changed and removed; on a server that others write to, each name of ours carries a mark beside it.
 * Failures: `rejected` for a name outside the zones, or when the server refuses us (details say why), `unavailable` when it does not answer.
 */
export interface NameServer {
  /** Adds or replaces the values of one name and type. Nothing happens when they are the same. `conflict` with reason `not_ours` where the name has records that are not ours. */
  ensureRecords(records: RecordSet): Promise<void>
  /** Removes all of ours at that name but validations. */
  removeRecords(name: string): Promise<void>
  /** Makes exactly these records ours, looking at what the server really has: at start-up and at every resync. Leaves validations. */
  replaceRecords(records: readonly RecordSet[]): Promise<void>
  /** Ours, as the server is known to have them. Validations are not listed. */
  listRecords(): Promise<RecordSet[]>

  /** Publishes one more TXT value at the name, for a certificate authority that wants to see it; resolves once the server answers with it. */
  addValidation(name: string, value: string): Promise<void>
  /** Takes that one value away. What is gone is success; what nobody takes away ends by itself after an hour. */
  removeValidation(name: string, value: string): Promise<void>

  /** The zone of ours that the name lies in; undefined when it lies in none. */
  zoneOf(name: string): string | undefined
  check(): Promise<NameServerHealth>
}
