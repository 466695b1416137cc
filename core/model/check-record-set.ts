import { AppError } from '@parcela/contract'
import type { RecordSet } from '../ports/name-server.ts'
import { isDomainName, zoneOf } from './domain-name.ts'

/** The largest TTL (RFC 2181, section 8). */
const ttlLimit = 2 ** 31 - 1
const textBytes = 4096
const caa = /^(\d{1,3}) ([a-z0-9]{1,15}) "([^"\\\p{Cc}]{0,255})"$/u

/** Throws `rejected` with the reason when a name server with these zones cannot publish the record set. */
export const checkRecordSet = (record: RecordSet, zones: readonly string[]): void => {
  const problem = findProblem(record, zones)
  if (problem === undefined) return
  throw new AppError('rejected', `The name server refused ${record.type} of ${record.name}: ${problem}`)
}

/** Throws `rejected` where an alias has other records beside it (RFC 2181, section 10.1). */
export const checkAliases = (records: readonly RecordSet[]): void => {
  for (const [name, sets] of Map.groupBy(records, record => record.name)) {
    if (sets.length > 1 && sets.some(set => set.type === 'CNAME')) throw aliasNotAlone(name)
  }
}

export const aliasNotAlone = (name: string): AppError =>
  new AppError(
    'rejected',
    `The name server refused a record of ${name}: an alias (CNAME) cannot have other records beside it`,
  )

/** Throws `rejected` when the text cannot be published for a certificate authority at this name. */
export const checkValidation = (name: string, value: string, zones: readonly string[]): void => {
  checkRecordSet({ name, type: 'TXT', ttl: 0, values: [value] }, zones)
  if (!name.startsWith('*.') && value !== '') return
  throw new AppError(
    'rejected',
    `The name server refused a validation at ${name}: it needs a text, and a name without *`,
  )
}

/** The parts of a CAA value as zone files write it: `0 issue "ca.example"`. */
export const parseCaa = (value: string): { flags: number; tag: string; value: string } | undefined => {
  const [, flags = '', tag = '', text = ''] = caa.exec(value) ?? []
  if (tag === '' || Number(flags) > 255) return undefined
  return { flags: Number(flags), tag, value: text }
}

/** The one form of an address that equal addresses share: `2001:DB8:0::1` -> `2001:db8::1`. Undefined for what is no IPv6 address. */
export const canonicalIPv6 = (text: string): string | undefined =>
  /^[0-9a-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]/`)
    ? new URL(`http://[${text}]/`).hostname.slice(1, -1)
    : undefined

const findProblem = ({ name, type, ttl, values }: RecordSet, zones: readonly string[]): string | undefined => {
  if (!isDomainName(name)) return 'this is not a lower-case domain name'
  if (zoneOf(name, zones) === undefined) return `the name lies outside the zones ${zones.join(', ')}`
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > ttlLimit) return `a TTL is a whole number from 0 to ${ttlLimit}`
  if (values.length === 0) return 'it has no values'
  if (new Set(values).size !== values.length) return 'a value is there twice'
  if (type === 'CNAME' && values.length > 1) return 'an alias has one target'
  if (type === 'CNAME' && zones.includes(name)) return 'the top of a zone cannot be an alias'
  const wrong = values.find(value => !isValue[type](value))
  return wrong === undefined ? undefined : `"${wrong.slice(0, 80)}" ${expected[type]}`
}

const isIPv4 = (text: string): boolean => /^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}$/.test(text)

const isValue: Record<RecordSet['type'], (value: string) => boolean> = {
  A: isIPv4,
  AAAA: value => canonicalIPv6(value) !== undefined,
  CNAME: value => isDomainName(value) && !value.startsWith('*'),
  TXT: value => new TextEncoder().encode(value).length <= textBytes,
  CAA: value => parseCaa(value) !== undefined,
}

const expected: Record<RecordSet['type'], string> = {
  A: 'is not an IPv4 address',
  AAAA: 'is not an IPv6 address',
  CNAME: 'is not a lower-case domain name',
  TXT: `is longer than ${textBytes} bytes`,
  CAA: 'is not of the form: 0 issue "ca.example"',
}
