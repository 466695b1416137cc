import { AppError } from '@parcela/contract'
import type { DesiredState, FileHold, FileStore } from '@parcela/core'
import type { Log } from '@parcela/kit'

type Dependencies = {
  files: Pick<FileStore, 'hold'>
  desired: Pick<DesiredState, 'findUnreferencedBlobs'>
  log: Log
}

/**
 * The work of one upload, from its first file to the moment when the database refers to them all; meanwhile nobody removes them. When it fails,
 * what it stored and nothing else wants is gone before the answer.
 */
export const withHeldFiles = async <T>(
  { files, desired, log }: Dependencies,
  work: (held: FileHold) => Promise<T>,
): Promise<T> => {
  const held = files.hold()
  try {
    const result = await work(held)
    await held.release()
    return result
  } catch (error) {
    try {
      await (isUndecided(error) ? held.release() : held.discard(desired.findUnreferencedBlobs))
    } catch (leftover) {
      log.warn({ err: leftover }, 'the files of a refused upload could not be removed now; the sweep does it')
    }
    throw error
  }
}

/** The database may have been lost while it committed: then it may refer to the files all the same. */
const isUndecided = (error: unknown): boolean =>
  error instanceof AppError && error.details?.reason === 'database_unavailable'
