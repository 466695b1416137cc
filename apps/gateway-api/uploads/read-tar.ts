import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { AppError, invalidFields } from '@parcela/contract'
import { type ExtractEvents, extract } from 'tar-stream'
import { type FileCollection, tooLarge, type UploadLimits } from './collect-files.ts'
import { displayPath } from './display-path.ts'

/** Takes the files of a gzip-compressed tar archive into a collection; `name` is what messages call it. */
export const readTar = async (
  { content, name }: { content: AsyncIterable<Uint8Array>; name: string },
  collection: FileCollection,
  limits: UploadLimits,
): Promise<void> => {
  const entries = extract()
  // The first failure destroys the other side, which then fails, too, with less to say.
  const failures: unknown[] = []
  const note = (error: unknown): void => {
    failures.push(error)
  }
  const reading = pipeline(content, createGunzip(), bounded(limits), entries).catch(note)
  try {
    for await (const entry of entries) await readEntry(entry, collection)
  } catch (error) {
    note(error)
    entries.destroy()
  }
  await reading
  if (failures.length === 0) return
  const ours = failures.find(error => error instanceof AppError)
  if (ours) throw ours
  const fields = { [displayPath(name)]: 'is not a gzip-compressed tar archive, or it is damaged or incomplete' }
  throw invalidFields(fields, failures[0])
}

type Entry = ExtractEvents['entry'][1]

const readEntry = async (entry: Entry, collection: FileCollection): Promise<void> => {
  const { type, name } = entry.header
  if (type === 'file' || type === 'contiguous-file') {
    // Some tools write folders as empty files whose name ends with a slash.
    if (!name.endsWith('/')) return collection.add(name, entry as unknown as AsyncIterable<Uint8Array>)
    collection.addFolder(name)
  } else if (type === 'directory') {
    collection.addFolder(name)
  } else throw invalidFields({ [displayPath(name)]: refusals[type ?? ''] ?? 'is neither a file nor a folder' })
  entry.resume()
}

const refusals: Record<string, string> = {
  symlink: 'is a symbolic link; put the file itself into the archive',
  link: 'is a hard link; put the file itself into the archive',
  'character-device': 'is a device; only files and folders can be published',
  'block-device': 'is a device; only files and folders can be published',
  fifo: 'is a named pipe; only files and folders can be published',
}

/** Bytes of headers and padding that each file may bring along. */
const overheadBytes = 8 * 1024

/** Ends an archive that inflates to more than all its files may have, whatever its headers claim. */
const bounded = (limits: UploadLimits) => {
  const limit = limits.bytes + limits.files * overheadBytes
  return async function* (content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0
    for await (const chunk of content) {
      bytes += chunk.length
      if (bytes > limit) throw tooLarge(limits.bytes)
      yield chunk
    }
  }
}
