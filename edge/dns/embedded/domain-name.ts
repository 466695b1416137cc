/**
 * The text form that names are looked up by: lower case ASCII, without the final dot. Bytes that a host name has no use for become `\ddd`
 * (RFC 1035, section 5.1), so that no two names on the wire share a text.
 */
export const nameOfLabels = (labels: readonly Uint8Array[]): string => labels.map(textOfLabel).join('.')

/** The wire form of a name that `isDomainName` accepts. */
export const encodeName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').flatMap(label => [Buffer.of(label.length), Buffer.from(label, 'ascii')]),
    Buffer.of(0),
  ])

/** `a.b.c` -> `b.c`; undefined above the last label. */
export const parentOf = (name: string): string | undefined => {
  const dot = name.indexOf('.')
  return dot === -1 ? undefined : name.slice(dot + 1)
}

const textOfLabel = (label: Uint8Array): string => {
  let text = ''
  for (const byte of label) text += isPlain(byte) ? String.fromCharCode(byte).toLowerCase() : escapeByte(byte)
  return text
}

const isPlain = (byte: number): boolean => byte > 0x20 && byte < 0x7f && byte !== 0x2e && byte !== 0x5c

const escapeByte = (byte: number): string => `\\${String(byte).padStart(3, '0')}`
