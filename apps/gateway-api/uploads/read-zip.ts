import { crc32 } from 'node:zlib'
import { AppError, invalidFields } from '@parcela/contract'
import { type Entry, fromFdPromise, getFileNameLowLevel, type ZipFile } from 'yauzl'
import { type FileCollection, tooManyFiles, type UploadLimits } from './collect-files.ts'
import { displayPath } from './display-path.ts'

/** Takes the files of a zip archive into a collection; `name` is what messages call it. */
export const readZip = async (
  { fd, name }: { fd: number; name: string },
  collection: FileCollection,
  limits: UploadLimits,
): Promise<void> => {
  const zip = await understand(name, () =>
    fromFdPromise(fd, { lazyEntries: true, autoClose: false, decodeStrings: false }),
  )
  if (zip.entryCount > limits.files * 2 + 1_000) throw tooManyFiles(limits.files)
  await understand(name, async () => {
    for await (const entry of zip.eachEntry()) await readEntry(zip, entry, collection)
  })
}

const readEntry = async (zip: ZipFile, entry: Entry, collection: FileCollection): Promise<void> => {
  const path = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
  const problem = findEntryProblem(entry)
  if (problem) throw invalidFields({ [displayPath(path)]: problem })
  if (path.endsWith('/')) return collection.addFolder(path)
  const content = await zip.openReadStreamPromise(entry)
  try {
    await collection.add(path, checked(content, entry.crc32))
  } finally {
    content.destroy()
  }
}

const specialFiles: ReadonlyMap<number, string> = new Map([
  [0o120000, 'is a symbolic link; put the file itself into the archive'],
  [0o010000, 'is a named pipe; only files and folders can be published'],
  [0o020000, 'is a device; only files and folders can be published'],
  [0o060000, 'is a device; only files and folders can be published'],
  [0o140000, 'is a socket; only files and folders can be published'],
])

/** Unix tools keep the file's mode in the upper half of the external attributes. */
const findEntryProblem = (entry: Entry): string | undefined => {
  if (entry.isEncrypted()) return 'is encrypted; make the archive without a password'
  if (!entry.canDecodeFileData()) return 'is compressed in an unusual way; make the archive with "deflate", the default'
  return specialFiles.get((entry.externalFileAttributes >>> 16) & 0o170000)
}

/** yauzl checks sizes but not sums. */
async function* checked(content: AsyncIterable<Uint8Array>, expected: number): AsyncGenerator<Uint8Array> {
  let sum = 0
  for await (const chunk of content) {
    sum = crc32(chunk, sum)
    yield chunk
  }
  if (sum !== expected) throw new Error('a checksum does not match')
}

/** What the zip reader throws is about the archive; our own errors are about a file in it and pass through. */
const understand = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) throw error
    const fields = { [displayPath(name)]: 'is not a zip archive, or it is damaged or incomplete' }
    throw invalidFields(fields, error)
  }
}
