import { isIPv4, isIPv6 } from 'node:net'
import { AppError } from '@parcela/contract'
import type { RecordSet } from '@parcela/core'
import { isDomainName, isWithin } from './domain-name.ts'

/** The largest TTL (RFC 2181, section 8). */
const ttlLimit = 2 ** 31 - 1
const textBytes = 4096
const caa = /^(\d{1,3}) ([a-z0-9]{1,15}) "([^"\\]{0,255})"$/

/** Throws `rejected` with the reason when this server cannot publish the record set. */
export const checkRecordSet = (record: RecordSet, zones: readonly string[]): void => {
  const problem = findProblem(record, zones)
  if (problem === undefined) return
  throw new AppError('rejected', `The name server refused ${record.type} of ${record.name}: ${problem}`)
}

/** The parts of a CAA value as zone files write it: `0 issue "ca.example"`. */
export const parseCaa = (value: string): { flags: number; tag: string; value: string } | undefined => {
  const [, flags = '', tag = '', text = ''] = caa.exec(value) ?? []
  if (tag === '' || Number(flags) > 255) return undefined
  return { flags: Number(flags), tag, value: text }
}

const findProblem = ({ name, type, ttl, values }: RecordSet, zones: readonly string[]): string | undefined => {
  if (!isDomainName(name)) return 'this is not a lower-case domain name'
  if (!zones.some(zone => isWithin(name, zone))) return `the name lies outside the zones ${zones.join(', ')}`
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > ttlLimit) return `a TTL is a whole number from 0 to ${ttlLimit}`
  if (values.length === 0) return 'it has no values'
  if (new Set(values).size !== values.length) return 'a value is there twice'
  if (type === 'CNAME' && values.length > 1) return 'an alias has one target'
  if (type === 'CNAME' && zones.includes(name)) return 'the top of a zone cannot be an alias'
  const wrong = values.find(value => !isValue[type](value))
  return wrong === undefined ? undefined : `"${wrong.slice(0, 80)}" ${expected[type]}`
}

const isValue: Record<RecordSet['type'], (value: string) => boolean> = {
  A: isIPv4,
  AAAA: value => isIPv6(value) && !value.includes('%'),
  CNAME: value => isDomainName(value) && !value.startsWith('*'),
  TXT: value => Buffer.byteLength(value) <= textBytes,
  CAA: value => parseCaa(value) !== undefined,
}

const expected: Record<RecordSet['type'], string> = {
  A: 'is not an IPv4 address',
  AAAA: 'is not an IPv6 address',
  CNAME: 'is not a lower-case domain name',
  TXT: `is longer than ${textBytes} bytes`,
  CAA: 'is not of the form: 0 issue "ca.example"',
}
