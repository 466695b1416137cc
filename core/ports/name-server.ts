/** Records of one name. The type decides the form of the values: `A` IPv4, `AAAA` IPv6, `CNAME` a name, `TXT` text. */
export type RecordSet = {
  name: string
  type: 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'CAA'
  ttl: number
  values: readonly string[]
}

/** Where the names of the services' zones are published. Names are absolute, lower case, without the final dot. */
export interface NameServer {
  /** Adds or replaces the values of one name and type. Nothing happens when they are the same. `rejected` for a name outside the zones. */
  ensureRecords(records: RecordSet): Promise<void>
  /** Removes all of ours at that name. */
  removeRecords(name: string): Promise<void>
  /** Makes exactly these records ours: at start-up and at every resync. */
  replaceRecords(records: readonly RecordSet[]): Promise<void>
  listRecords(): Promise<RecordSet[]>
}
