import { crc32, createGzip, deflateRawSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'

export type ZipEntry = {
  name: string | Buffer
  content?: string | Buffer
  /** Unix mode, with the kind of file in its upper bits. */
  mode?: number
  flags?: number
  method?: number
  /** What the headers claim, when it is not the truth. */
  size?: number
  crc?: number
}

/** A zip archive byte by byte, so that it may be as wrong as a test wants (APPNOTE.TXT, section 4.3). */
export const makeZip = (entries: readonly ZipEntry[]): Buffer => {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    const content = Buffer.from(entry.content ?? '')
    const method = entry.method ?? 8
    const data = method === 8 ? deflateRawSync(content) : content
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    // Bit 11: the name is UTF-8.
    common.writeUInt16LE(entry.flags ?? 0x0800, 2)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(entry.crc ?? crc32(content), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(entry.size ?? content.length, 18)
    common.writeUInt16LE(name.length, 22)
    files.push(Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data]))
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, rest, name]))
    offset += files.at(-1)?.length ?? 0
  }
  const table = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(table.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...files, table, Buffer.from('PK\x05\x06'), end])
}

export type TarEntry = { name: string; content?: string | Buffer; type?: Header['type']; linkname?: string }

/** A gzip-compressed tar archive. */
export const makeTar = async (entries: readonly TarEntry[]): Promise<Buffer> => {
  const archive = pack()
  for (const { name, content = '', type = 'file', linkname } of entries) {
    archive.entry({ name, type, ...(linkname ? { linkname } : {}) }, Buffer.from(content))
  }
  archive.finalize()
  const chunks: Buffer[] = []
  const compressed = createGzip()
  const reading = (async () => {
    for await (const chunk of compressed) chunks.push(chunk)
  })()
  for await (const chunk of archive) compressed.write(chunk)
  compressed.end()
  await reading
  return Buffer.concat(chunks)
}
