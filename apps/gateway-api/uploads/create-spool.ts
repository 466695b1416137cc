import { randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import { tooLarge } from './collect-files.ts'

export type Spool = {
  handle: FileHandle
  write(content: AsyncIterable<Uint8Array>, limitBytes: number): Promise<void>
  /** From the beginning; may be read again. */
  read(): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/**
 * A file for one archive while it is read (a zip's table of contents is at its end). It has no name as soon as it is open, so that nothing is
 * left of it however the process ends.
 */
export const createSpool = async (folder = tmpdir()): Promise<Spool> => {
  const path = join(folder, `parcela-upload-${randomUUID()}`)
  const handle = await open(path, 'wx+', 0o600)
  await unlink(path)
  return {
    handle,
    write: (content, limitBytes) => write(handle, content, limitBytes),
    read: () => handle.createReadStream({ start: 0, autoClose: false }),
    close: () => handle.close(),
  }
}

const write = async (handle: FileHandle, content: AsyncIterable<Uint8Array>, limitBytes: number): Promise<void> => {
  let bytes = 0
  for await (const chunk of content) {
    bytes += chunk.length
    if (bytes > limitBytes) throw tooLarge(limitBytes)
    try {
      // All of it: `write` alone may stop half-way on a disk that is nearly full.
      await handle.writeFile(chunk)
    } catch (error) {
      throw translateFull(error)
    }
  }
}

const translateFull = (error: unknown): unknown => {
  const { code = '' } = error as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new AppError('unavailable', 'The disk has no room for this upload now.', {
    details: { reason: 'disk_full' },
    cause: error,
  })
}
