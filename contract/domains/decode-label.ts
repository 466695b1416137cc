/** The parameters of Punycode (RFC 3492, section 5). */
const [base, smallest, largest, skew, damping] = [36, 1, 26, 38, 700]

/** The text that a label stands for: `xn--caf-dma` -> `café` (Punycode, RFC 3492). Undefined for one that no text is written as. */
export const decodeLabel = (label: string): string | undefined => {
  if (!label.startsWith('xn--')) return label
  const encoded = label.slice('xn--'.length)
  const delimiter = encoded.lastIndexOf('-')
  const output = [...encoded.slice(0, Math.max(delimiter, 0))].map(letter => letter.codePointAt(0) ?? 0)
  let [at, codePoint, index, bias] = [delimiter + 1, 128, 0, 72]
  while (at < encoded.length) {
    const read = readDelta(encoded, { at, bias })
    if (!read) return undefined
    const size = output.length + 1
    bias = adapt(read.delta, { size, isFirst: at === delimiter + 1 })
    codePoint += Math.floor((index + read.delta) / size)
    if (codePoint > 0x10ffff) return undefined
    index = (index + read.delta) % size
    output.splice(index, 0, codePoint)
    index += 1
    at = read.end
  }
  return String.fromCodePoint(...output)
}

/** One number of variable length, least significant digit first. */
const readDelta = (
  encoded: string,
  { at, bias }: { at: number; bias: number },
): { delta: number; end: number } | undefined => {
  let [delta, weight] = [0, 1]
  for (let place = at, step = base; place < encoded.length; place += 1, step += base) {
    const digit = digitOf(encoded.charAt(place))
    if (digit === undefined) return undefined
    delta += digit * weight
    const threshold = Math.min(Math.max(step - bias, smallest), largest)
    if (digit < threshold) return { delta, end: place + 1 }
    weight *= base - threshold
    if (delta > Number.MAX_SAFE_INTEGER / base || weight > Number.MAX_SAFE_INTEGER / base) return undefined
  }
  return undefined
}

const digitOf = (letter: string): number | undefined => {
  const place = 'abcdefghijklmnopqrstuvwxyz0123456789'.indexOf(letter)
  return place < 0 ? undefined : place
}

const adapt = (delta: number, { size, isFirst }: { size: number; isFirst: boolean }): number => {
  let rest = Math.floor(delta / (isFirst ? damping : 2))
  rest += Math.floor(rest / size)
  let step = 0
  for (; rest > ((base - smallest) * largest) / 2; step += base) rest = Math.floor(rest / (base - smallest))
  return step + Math.floor(((base - smallest + 1) * rest) / (rest + skew))
}
