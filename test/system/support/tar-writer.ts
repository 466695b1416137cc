import { gzipSync } from 'node:zlib'

/** Type flags of POSIX ustar. */
const typeFlags = { file: '0', link: '1', symlink: '2', character: '3', block: '4', directory: '5', fifo: '6' } as const

export type TarEntry = {
  name: string
  content?: string | Uint8Array
  type?: keyof typeof typeFlags
  target?: string
  /** The size that is announced instead of the real one. */
  announcedBytes?: number
}

const blockBytes = 512

/** A tar archive (POSIX ustar; longer names as GNU tar writes them), with whatever a test wants in it. */
export const writeTar = (entries: readonly TarEntry[]): Buffer =>
  Buffer.concat([...entries.flatMap(encodeEntry), Buffer.alloc(2 * blockBytes)])

export const writeTarGz = (entries: readonly TarEntry[]): Buffer => gzipSync(writeTar(entries))

const encodeEntry = (entry: TarEntry): Buffer[] => {
  const content = Buffer.from(entry.content ?? '')
  const name = Buffer.from(entry.name)
  const flag = typeFlags[entry.type ?? 'file']
  const size = entry.announcedBytes ?? content.length
  const own = [header(name.subarray(0, 100), size, { flag, target: entry.target ?? '' }), padded(content)]
  if (name.length <= 100) return own
  const longName = Buffer.concat([name, Buffer.of(0)])
  return [header(Buffer.from('././@LongLink'), longName.length, { flag: 'L', target: '' }), padded(longName), ...own]
}

const header = (name: Uint8Array, size: number, { flag, target }: { flag: string; target: string }): Buffer => {
  const bytes = Buffer.alloc(blockBytes)
  bytes.set(name, 0)
  bytes.write('0000644\0', 100)
  bytes.write('0000000\0', 108)
  bytes.write('0000000\0', 116)
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  bytes.write('00000000000\0', 136)
  bytes.write(' '.repeat(8), 148)
  bytes.write(flag, 156)
  bytes.write(target.slice(0, 100), 157)
  bytes.write('ustar\x0000', 257)
  let checksum = 0
  for (const byte of bytes) checksum += byte
  bytes.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}

const padded = (content: Uint8Array): Buffer =>
  Buffer.concat([content, Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes)])
