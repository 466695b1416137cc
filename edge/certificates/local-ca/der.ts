/** The few forms of DER (ITU-T X.690) that certificates are made of. */
const tag = { boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, sequence: 0x30, set: 0x31 }

/** Tag, length, content. */
export const element = (type: number, ...content: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.of(type), encodeLength(body.length), body])
}

export const sequence = (...content: readonly Uint8Array[]): Buffer => element(tag.sequence, ...content)
export const set = (...content: readonly Uint8Array[]): Buffer => element(tag.set, ...content)
export const octets = (content: Uint8Array): Buffer => element(tag.octets, content)
export const utf8 = (text: string): Buffer => element(tag.utf8, Buffer.from(text))
export const yes = Buffer.of(tag.boolean, 1, 0xff)

/** A number that is not negative, from its bytes, most significant first. */
export const integer = (bytes: Uint8Array): Buffer => {
  const first = bytes.findIndex(byte => byte !== 0)
  const shortest = first === -1 ? Buffer.of(0) : Buffer.from(bytes.subarray(first))
  // The first bit is the sign.
  return element(tag.integer, (shortest[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), shortest]) : shortest)
}

/** Bits, of which the last `unused` ones of the last byte do not count. */
export const bits = (content: Uint8Array, unused = 0): Buffer => element(tag.bits, Buffer.of(unused), content)

export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(tag.oid, Buffer.from([first * 40 + second, ...rest.flatMap(encodeBase128)]))
}

/** Implicitly tagged with a number of its own context; `constructed` when elements are inside. */
export const context = (number: number, content: Uint8Array, options = { constructed: false }): Buffer =>
  element(0x80 | (options.constructed ? 0x20 : 0) | number, content)

/** RFC 5280, section 4.1.2.5: two digits for the year until 2049, four from then on. */
export const time = (date: Date): Buffer => {
  const digits = date.toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '')
  return date.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(digits.slice(2), 'ascii'))
    : element(0x18, Buffer.from(digits, 'ascii'))
}

const encodeLength = (length: number): Buffer => {
  if (length < 0x80) return Buffer.of(length)
  if (length < 0x100) return Buffer.of(0x81, length)
  if (length < 0x10000) return Buffer.of(0x82, length >> 8, length & 0xff)
  throw new RangeError('no part of a certificate is that long')
}

const encodeBase128 = (number: number): number[] => {
  const groups = [number & 0x7f]
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80)
  return groups
}
