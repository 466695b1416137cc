import { crc32, deflateRawSync } from 'node:zlib'

export type ZipEntry = {
  name: string | Uint8Array
  content?: string | Uint8Array
  /** Unix mode with the type of the file (0o120777 is a link); a plain file unless given. */
  mode?: number
  /** Sizes that are announced instead of the real ones. */
  announcedBytes?: number
  store?: boolean
  /** Content that was deflated before, with its real size and checksum: the same one can be in many entries. */
  deflated?: Deflated
}

export type Deflated = { bytes: Uint8Array; size: number; crc: number }

const plainFile = 0o100644
const madeByUnix = 0x0314
const utf8Names = 0x0800
const deflateMethod = 8

export const deflate = (content: string | Uint8Array): Deflated => {
  const plain = Buffer.from(content)
  return { bytes: deflateRawSync(plain), size: plain.length, crc: crc32(plain) }
}

/** A zip archive (APPNOTE 6.3; with many entries zip64), with whatever names, modes and sizes a test wants. */
export const writeZip = (entries: readonly ZipEntry[]): Buffer => {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const { local, central } = encodeEntry(entry, offset)
    locals.push(local)
    centrals.push(central)
    offset += local.length
  }
  const directory = Buffer.concat(centrals)
  return Buffer.concat([...locals, directory, ...encodeEnd(entries.length, directory.length, offset)])
}

const encodeEntry = (entry: ZipEntry, offset: number) => {
  const name = Buffer.from(entry.name)
  const plain = Buffer.from(entry.content ?? '')
  const { bytes, size, crc } =
    entry.deflated ?? (entry.store ? { bytes: plain, size: plain.length, crc: crc32(plain) } : deflate(plain))
  const method = entry.store && !entry.deflated ? 0 : deflateMethod
  // Shared by both headers: version needed, flags, method, time, date, checksum, sizes, lengths of name and extra field.
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  common.writeUInt16LE(utf8Names, 2)
  common.writeUInt16LE(method, 4)
  common.writeUInt16LE(0x5a21, 8)
  common.writeUInt32LE(crc, 10)
  common.writeUInt32LE(bytes.length, 14)
  common.writeUInt32LE(entry.announcedBytes ?? size, 18)
  common.writeUInt16LE(name.length, 22)

  const rest = Buffer.alloc(14)
  rest.writeUInt32LE(((entry.mode ?? plainFile) << 16) >>> 0, 6)
  rest.writeUInt32LE(offset, 10)
  return {
    local: Buffer.concat([signature(0x04034b50), common, name, bytes]),
    central: Buffer.concat([signature(0x02014b50), word(madeByUnix), common, rest, name]),
  }
}

const encodeEnd = (count: number, directoryBytes: number, directoryOffset: number): Buffer[] => {
  const isLarge = count >= 0xffff
  const end = Buffer.alloc(18)
  end.writeUInt16LE(Math.min(count, 0xffff), 4)
  end.writeUInt16LE(Math.min(count, 0xffff), 6)
  end.writeUInt32LE(directoryBytes, 8)
  end.writeUInt32LE(directoryOffset, 12)
  const classic = [signature(0x06054b50), end]
  if (!isLarge) return classic

  const large = Buffer.alloc(52)
  large.writeBigUInt64LE(44n, 0)
  large.writeUInt16LE(madeByUnix, 8)
  large.writeUInt16LE(45, 10)
  large.writeBigUInt64LE(BigInt(count), 20)
  large.writeBigUInt64LE(BigInt(count), 28)
  large.writeBigUInt64LE(BigInt(directoryBytes), 36)
  large.writeBigUInt64LE(BigInt(directoryOffset), 44)
  const locator = Buffer.alloc(16)
  locator.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 4)
  locator.writeUInt32LE(1, 12)
  return [signature(0x06064b50), large, signature(0x07064b50), locator, ...classic]
}

const signature = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
