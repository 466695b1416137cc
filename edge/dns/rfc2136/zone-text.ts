import { canonicalIPv6, type RecordSet } from '@parcela/core'

/** The types that are ours to write. */
export const recordTypes = ['A', 'AAAA', 'CNAME', 'TXT', 'CAA'] as const satisfies readonly RecordSet['type'][]
export type RecordType = (typeof recordTypes)[number]

/** What a server answered: the sets by name, then by type. Other types are left out. */
export type FoundSets = Map<string, Map<RecordType, RecordSet>>

/** Reads records as dig writes them, one a line; what is no record line is passed over. */
export const parseRecords = (text: string): FoundSets => {
  const found: FoundSets = new Map()
  for (const line of text.split('\n')) {
    const [, owner = '', ttl = '', type = '', data = ''] = /^([^\s;]+)\.\s+(\d+)\s+IN\s+(\S+)\s+(.+)$/.exec(line) ?? []
    if (!isRecordType(type)) continue
    const name = owner.toLowerCase()
    const sets = found.get(name) ?? new Map<RecordType, RecordSet>()
    const values = new Set([...(sets.get(type)?.values ?? []), parseValue[type](data.trim())])
    found.set(name, sets.set(type, { name, type, ttl: Number(ttl), values: [...values] }))
  }
  return found
}

/** A value as nsupdate and zone files read it. Only for values that `checkRecordSet` has accepted. */
export const renderValue = (type: RecordType, value: string): string => {
  if (type === 'TXT') return renderText(value)
  return type === 'CNAME' ? `${value}.` : value
}

/** The same values, in whatever order and notation. */
export const isSameValues = (type: RecordType, one: readonly string[], other: readonly string[]): boolean => {
  const canonical = (values: readonly string[]): Set<string> =>
    new Set(type === 'AAAA' ? values.map(value => canonicalIPv6(value) ?? value) : values)
  const [left, right] = [canonical(one), canonical(other)]
  return left.size === right.size && [...left].every(value => right.has(value))
}

const isRecordType = (type: string): type is RecordType => (recordTypes as readonly string[]).includes(type)

const asTold = (data: string): string => data
const parseValue: Record<RecordType, (data: string) => string> = {
  A: asTold,
  AAAA: asTold,
  CAA: asTold,
  CNAME: data => data.toLowerCase().replace(/\.$/, ''),
  TXT: data =>
    Buffer.concat([...data.matchAll(/"((?:\\.|[^"\\])*)"/g)].map(([, part = '']) => readString(part))).toString(),
}

/** `\ddd` is a byte, a backslash before another sign is that sign (RFC 1035, section 5.1). */
const readString = (part: string): Buffer =>
  Buffer.concat(
    [...part.matchAll(/\\(\d{3})|\\(.)|([^\\]+)/g)].map(([, code, sign, plain]) =>
      code === undefined ? Buffer.from(sign ?? plain ?? '', 'latin1') : Buffer.of(Number(code)),
    ),
  )

/** Strings of at most 255 bytes, each in quotes, with every byte escaped that could mean something. */
const renderText = (value: string): string => {
  const bytes = Buffer.from(value)
  const parts: string[] = []
  for (let start = 0; start === 0 || start < bytes.length; start += 255) {
    parts.push(`"${[...bytes.subarray(start, start + 255)].map(escapeByte).join('')}"`)
  }
  return parts.join(' ')
}

const escapeByte = (byte: number): string =>
  /[A-Za-z0-9 =:._/+-]/.test(String.fromCharCode(byte))
    ? String.fromCharCode(byte)
    : `\\${String(byte).padStart(3, '0')}`
