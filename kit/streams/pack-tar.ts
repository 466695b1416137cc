import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'

/** One file of a tar. `open` is called once, when its turn comes; `attributes` become pax records. */
export type TarFile = {
  path: string
  size: number
  time: Date
  attributes?: Record<string, string>
  open: () => AsyncIterable<Uint8Array>
}

/**
 * Plain files as a stream of tar, never whole in memory; owned by root, readable by all. The same files make the same bytes.
 * When a file cannot be read, or has another size than announced, the stream fails with that error.
 */
export const packTar = (files: AsyncIterable<TarFile>): Readable => {
  const tar = pack()
  fill(tar, files).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  return Readable.from(tar, { objectMode: false })
}

const fill = async (tar: ReturnType<typeof pack>, files: AsyncIterable<TarFile>): Promise<void> => {
  for await (const { path, size, time, attributes, open } of files) {
    const header = { name: path, size, mode: 0o644, uid: 0, gid: 0, mtime: time, type: 'file' as const }
    await pipeline(open(), tar.entry(attributes ? Object.assign(header, { pax: attributes }) : header))
  }
}
