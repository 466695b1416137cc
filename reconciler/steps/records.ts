import type { RecordSet } from '@parcela/core'
import type { ReconcilerOptions } from '../loop/reconciler-ports.ts'

const ttlSeconds = 60

/** The records of one service's name: it points at the edge. */
export const recordsOf = (host: string, { ipv4, ipv6 }: ReconcilerOptions['edgeAddresses']): RecordSet[] => {
  const records: RecordSet[] = []
  if (ipv4.length > 0) records.push({ name: host, type: 'A', ttl: ttlSeconds, values: ipv4 })
  if (ipv6.length > 0) records.push({ name: host, type: 'AAAA', ttl: ttlSeconds, values: ipv6 })
  return records
}
