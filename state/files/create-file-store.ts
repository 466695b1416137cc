import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, opendir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import type { FileStore } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { ignoreMissing } from '@parcela/kit'
import { contentPath, isDigest } from './content-path.ts'
import { createFileHold } from './create-file-hold.ts'
import { createRemovalGuard, type HeldDigests } from './create-removal-guard.ts'
import { createPendingContents } from './pending-contents.ts'
import { receiveContent } from './receive-content.ts'
import { translateDiskFailure } from './translate-disk-failure.ts'

/** A content that was touched within this time is not touched again. */
const touchEveryMs = 60_000
/** By then every file system has written its folders by itself. */
const settledAfterMs = 120_000
const looksAtOnce = 64
const chunkBytes = 256 * 1024

/**
 * Contents in files named by their digest (`ab/cd/<sha256>`) below a directory of our own. One process writes and removes; others may read.
 * `has` is true for what is durable, and for what this process put and its next `sync` makes durable; after a crash before that `sync` it is
 * missing. A content is checked against its digest whenever it is read: a damaged one is moved to `damaged/`, counts as missing from then
 * on, and is healed by publishing it again. What a crash left unfinished is removed before the first write.
 */
export const createFileStore = ({ directory, log }: { directory: string; log: Log }): FileStore => {
  const temporaryFolder = join(directory, 'tmp')
  const pending = createPendingContents(directory)
  const guard = createRemovalGuard()
  const createdAtMs = Date.now()
  let prepared: Promise<void> | undefined

  /** Named shortly before this process began, perhaps by one that died before its `sync`. */
  const isFromBefore = (namedAtMs: number): boolean =>
    namedAtMs <= createdAtMs && createdAtMs - namedAtMs < settledAfterMs

  const prepare = async (): Promise<void> => {
    await mkdir(temporaryFolder, { recursive: true, mode: 0o700 })
    const leftovers = await readdir(temporaryFolder)
    await Promise.all(leftovers.map(name => rm(join(temporaryFolder, name), { recursive: true, force: true })))
    if (leftovers.length > 0) log.info({ files: leftovers.length }, 'Removed files that a crash left unfinished')
  }
  const ensurePrepared = async (): Promise<void> => {
    prepared ??= prepare()
    await prepared.catch(error => {
      prepared = undefined
      throw error
    })
  }

  /** The size of a stored content, and marks it as wanted; undefined when it is not stored. */
  const touch = async (sha256: string, held?: HeldDigests): Promise<number | undefined> => {
    if (!isDigest(sha256)) return undefined
    await guard.want(sha256, held)
    const entry = pending.find(sha256)
    if (entry) return entry.problem === undefined ? entry.size : undefined
    const path = contentPath(directory, sha256)
    const found = await stat(path).catch(ignoreMissing)
    if (!found) return undefined
    const now = new Date()
    if (isFromBefore(found.ctimeMs)) pending.include(path)
    if (now.getTime() - found.mtimeMs > touchEveryMs) await utimes(path, now, now).catch(ignoreMissing)
    return found.size
  }

  const isStored = async (sha256: string, size: number, held?: HeldDigests): Promise<boolean> => {
    const found = await touch(sha256, held)
    if (found !== undefined && found !== size) {
      log.warn({ sha256, size, found }, 'A stored content has the wrong size; it is replaced')
    }
    return found === size
  }

  /** Opens a content, wherever it is on its way to its name. */
  const openContent = async (sha256: string): Promise<FileHandle | undefined> => {
    if (!isDigest(sha256)) return undefined
    const named = contentPath(directory, sha256)
    for (const path of [named, pending.find(sha256)?.temporary, named]) {
      const handle = path === undefined ? undefined : await open(path).catch(ignoreMissing)
      if (handle) return handle
    }
    return undefined
  }

  const setAside = async (sha256: string): Promise<void> => {
    log.error({ sha256 }, 'A stored content is damaged; it is moved to damaged/')
    await mkdir(join(directory, 'damaged'), { recursive: true, mode: 0o700 })
    await rename(contentPath(directory, sha256), join(directory, 'damaged', sha256)).catch(ignoreMissing)
  }

  const findMissing = async (digests: readonly string[], held?: HeldDigests): Promise<string[]> => {
    const wanted = [...new Set(digests)]
    const missing: string[] = []
    for (let start = 0; start < wanted.length; start += looksAtOnce) {
      const some = wanted.slice(start, start + looksAtOnce)
      const sizes = await Promise.all(some.map(sha256 => touch(sha256, held)))
      missing.push(...some.filter((_, index) => sizes[index] === undefined))
    }
    return missing
  }

  const put = async (
    content: AsyncIterable<Uint8Array>,
    options: { limitBytes: number; expected?: string },
    held?: HeldDigests,
  ): Promise<{ sha256: string; size: number }> => {
    try {
      await ensurePrepared()
      const { sha256, size, file } = await receiveContent(content, {
        ...options,
        temporaryFolder,
        isStored: (digest, bytes) => isStored(digest, bytes, held),
      })
      if (file) await pending.add({ sha256, size, ...file })
      return { sha256, size }
    } catch (error) {
      throw translateDiskFailure(error)
    }
  }

  const remove = async (sha256: string): Promise<void> => {
    await pending.drop(sha256)
    await rm(contentPath(directory, sha256), { force: true })
  }

  const removeUnreferenced: FileStore['removeUnreferenced'] = (digests, findUnreferenced) =>
    guard.removeUnwanted(digests.filter(isDigest), { findUnreferenced, remove })

  return {
    has: async sha256 => (await touch(sha256)) !== undefined,
    findMissing: digests => findMissing(digests),
    put: (content, options) => put(content, options),
    hold: () => createFileHold({ put, findMissing, removeUnreferenced }, guard),
    removeUnreferenced,

    sync: async () => {
      try {
        await pending.sync()
      } catch (error) {
        throw translateDiskFailure(error)
      }
    },

    open: async function* (sha256) {
      const handle = await openContent(sha256)
      if (!handle)
        throw new AppError('not_found', 'A file of this release is not stored any more. Publish it again.', {
          details: { reason: 'missing_file' },
          cause: new Error(sha256),
        })
      const hash = createHash('sha256')
      for await (const part of handle.createReadStream({ highWaterMark: chunkBytes })) {
        hash.update(part)
        yield part
      }
      if (hash.digest('hex') === sha256) return
      await setAside(sha256)
      throw new AppError('unavailable', 'A stored file is damaged. Publish it again.', {
        details: { reason: 'damaged_file' },
      })
    },

    list: async function* () {
      for (const sha256 of pending.list()) yield { sha256, touched_at: new Date() }
      for await (const folder of listFolders(directory)) {
        for await (const inner of listFolders(folder)) {
          for (const sha256 of (await readdir(inner)).filter(isDigest)) {
            const found = await stat(join(inner, sha256)).catch(ignoreMissing)
            if (found && !pending.find(sha256)) yield { sha256, touched_at: found.mtime }
          }
        }
      }
    },
  }
}

async function* listFolders(parent: string): AsyncIterable<string> {
  const folder = await opendir(parent).catch(ignoreMissing)
  if (!folder) return
  for await (const entry of folder) {
    if (entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name)) yield join(parent, entry.name)
  }
}
