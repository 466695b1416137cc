import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { contentPath, foldersOf } from './content-path.ts'

type Entry = {
  sha256: string
  size: number
  /** Where its bytes are until they have their name. */
  temporary: string
  /** Resolves to whether the bytes reached the disk and got their name. */
  named: Promise<boolean>
  problem: unknown
}

/** Flushes at once: more would keep every thread of Node's pool waiting for the disk. */
const flushesAtOnce = 3
/** Written and not yet flushed files are open files; a writer that is ahead by this many waits. */
const openLimit = 64

/**
 * Contents on their way to the disk. A flush begins as soon as a content is written, beside the writing of the next ones, and a content gets
 * its name only after its bytes are on the disk: a name never stands for half a content, not even after a power cut. `sync` waits for them
 * all, then for the folders.
 */
export const createPendingContents = (directory: string) => {
  const entries = new Map<string, Entry>()
  const unflushedFolders = new Set<string>()
  const waiting: (() => void)[] = []
  let flushing = 0

  const takeTurn = async (): Promise<void> => {
    if (flushing >= flushesAtOnce) await new Promise<void>(resolve => waiting.push(resolve))
    else flushing += 1
  }
  const endTurn = (): void => {
    const next = waiting.shift()
    if (next) next()
    else flushing -= 1
  }

  const giveName = async (sha256: string, temporary: string): Promise<void> => {
    const path = contentPath(directory, sha256)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await rename(temporary, path)
    for (const folder of foldersOf(path)) unflushedFolders.add(folder)
  }

  const flush = async (entry: Entry, handle: FileHandle): Promise<boolean> => {
    await takeTurn()
    try {
      await handle.datasync().finally(() => handle.close())
      await giveName(entry.sha256, entry.temporary)
      if (entries.get(entry.sha256) === entry) entries.delete(entry.sha256)
      return true
    } catch (error) {
      entry.problem = error
      return false
    } finally {
      endTurn()
    }
  }

  /**
   * A flush that failed is not simply asked for again: the kernel may have dropped the bytes and say yes. What can still be read is written
   * once more, to another place; until that succeeds every `sync` fails, so that whoever put the content gets to know.
   */
  const rescue = async (entry: Entry): Promise<void> => {
    const copy = `${entry.temporary}.copy`
    try {
      await copyVerified(entry, copy)
    } catch (error) {
      await rm(copy, { force: true })
      throw error
    }
    await giveName(entry.sha256, copy)
    await rm(entry.temporary, { force: true })
    if (entries.get(entry.sha256) === entry) entries.delete(entry.sha256)
  }

  const syncNow = async (): Promise<void> => {
    const all = [...entries.values()]
    const named = await Promise.all(all.map(entry => entry.named))
    for (const [index, entry] of all.entries()) if (!named[index]) await rescue(entry)

    const folders = [...unflushedFolders]
    unflushedFolders.clear()
    try {
      await Promise.all(folders.map(flushFolder))
    } catch (error) {
      for (const folder of folders) unflushedFolders.add(folder)
      throw error
    }
  }

  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  const sync = (): Promise<void> => {
    if (next) return next
    // One after the other, and those that wait share the next one: a sync that found nothing to do must not overtake one that is at work.
    const queued = last
      .catch(error => error)
      .then(() => {
        next = undefined
        return syncNow()
      })
    next = queued
    last = queued
    return queued
  }

  return {
    find: (sha256: string): Entry | undefined => entries.get(sha256),
    list: (): string[] => [...entries.keys()],
    /** Takes over a written file. */
    add: async (content: { sha256: string; size: number; handle: FileHandle; path: string }): Promise<void> => {
      const { sha256, size, handle, path } = content
      const entry: Entry = { sha256, size, temporary: path, named: Promise.resolve(false), problem: undefined }
      entries.set(sha256, entry)
      entry.named = flush(entry, handle)
      if (waiting.length > openLimit) await entry.named
    },
    /** The folders of a content that got its name a moment ago, perhaps from a process that died before its sync. */
    include: (path: string): void => {
      for (const folder of foldersOf(path)) unflushedFolders.add(folder)
    },
    drop: async (sha256: string): Promise<void> => {
      const entry = entries.get(sha256)
      if (!entry) return
      await entry.named
      entries.delete(sha256)
      await rm(entry.temporary, { force: true })
    },
    sync,
  }
}

const flushFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const copyVerified = async ({ sha256, temporary, problem }: Entry, copy: string): Promise<void> => {
  const target = await open(copy, 'w', 0o600)
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(temporary), async source => {
      for await (const part of source as AsyncIterable<Uint8Array>) {
        hash.update(part)
        await target.writeFile(part)
      }
    })
    if (hash.digest('hex') !== sha256) throw problem
    await target.datasync()
  } finally {
    await target.close()
  }
}
