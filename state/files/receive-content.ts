import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'

/** Contents up to here are held in memory until their digest is known: those that are stored already never touch the disk. */
const memoryBytes = 256 * 1024

/** A content that was read to its end: `file` holds it, or `null` when the caller said that it has it already. */
export type Received = { sha256: string; size: number; file: { handle: FileHandle; path: string } | null }

export type ReceiveOptions = {
  limitBytes: number
  expected?: string
  /** Folder for unfinished files, on the same file system as the store. */
  temporaryFolder: string
  /** Whether a content of this digest and size is stored already. */
  isStored: (sha256: string, size: number) => Promise<boolean>
}

/** Reads a stream to its end, counting and hashing, into a file without a name of its own. When it breaks, the file is removed. */
export const receiveContent = async (
  content: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<Received> => {
  const { limitBytes, expected, temporaryFolder, isStored } = options
  const hash = createHash('sha256')
  const held: Uint8Array[] = []
  let size = 0
  let file: Received['file'] = null
  const writeHeld = async (): Promise<void> => {
    file ??= await createFile(temporaryFolder)
    for (const part of held.splice(0)) await file.handle.writeFile(part)
  }

  try {
    for await (const part of content) {
      size += part.length
      if (size > limitBytes) throw tooLarge(limitBytes)
      hash.update(part)
      // A copy: some streams use the memory of a part again for the next one.
      held.push(file ? part : Uint8Array.from(part))
      if (file || size > memoryBytes) await writeHeld()
    }
    const sha256 = hash.digest('hex')
    if (expected !== undefined && expected !== sha256) throw otherDigest(expected, sha256)
    if (await isStored(sha256, size)) {
      await discard(file)
      return { sha256, size, file: null }
    }
    await writeHeld()
    return { sha256, size, file }
  } catch (error) {
    await discard(file)
    throw error
  }
}

const createFile = async (folder: string): Promise<{ handle: FileHandle; path: string }> => {
  const path = join(folder, randomUUID())
  return { handle: await open(path, 'wx', 0o600), path }
}

const discard = async (file: Received['file']): Promise<void> => {
  if (!file) return
  await file.handle.close()
  await rm(file.path, { force: true })
}

const tooLarge = (limitBytes: number): AppError =>
  new AppError('too_large', `The file is larger than the ${limitBytes} bytes that are left for it.`, {
    details: { limit_bytes: limitBytes },
  })

const otherDigest = (expected: string, sha256: string): AppError =>
  new AppError('invalid', `The content has the digest ${sha256}, not ${expected}. Send it again.`, {
    details: { reason: 'digest_mismatch' },
  })
