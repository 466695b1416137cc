/** Control characters, line separators, and marks that turn the direction of writing. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** A file name as it may stand in a message: without unprintable characters, not longer than a line or two. */
export const displayPath = (path: string): string => {
  const plain = path.toWellFormed().replace(unprintable, '\ufffd')
  return plain.length > 200 ? `${plain.slice(0, 199)}…` : plain
}
