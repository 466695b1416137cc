import { createHash } from 'node:crypto'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TrafficLog } from '@parcela/core'
import { ignoreMissing } from '@parcela/kit'
import { countVisits } from './count-visits.ts'

type Options = {
  /** The edge's own folder, as `NginxEdgeOptions` has it. */
  directory: string
  /** How much of the log one `read` takes at most; default 2 MB, some 5,000 visits. */
  readBytes?: number
  now?: () => Date
}

/** A log file that has an entry at least. Its name changes when it is rotated, this does not: inode, and a digest of the first line. */
type LogFile = { path: string; isCurrent: boolean; identity: string; size: number; changedMs: number }

const logName = 'edge-access.log'
/** Workers write to a file that was moved aside until they have opened the new one; after this long without a word it is complete. */
const settledMs = 10_000
/** More than nginx writes in one line: headers of 64 KB, escaped. */
const longestLineBytes = 512 * 1024

/** The access log of an nginx edge, over all the files that rotation left of it. A position is `<file>:<bytes>`. */
export const createTrafficLog = (options: Options): TrafficLog => {
  const { directory, readBytes = 2 * 1024 * 1024, now = () => new Date() } = options

  return {
    read: async position => {
      const files = await listFiles(join(directory, 'log'))
      const [identity, offsetText] = position?.split(':') ?? []
      const found = files.findIndex(file => file.identity === identity)
      // What the position names was rotated away: the oldest that is kept follows.
      let index = Math.max(0, found)
      let offset = found < 0 ? 0 : Number(offsetText)
      const lines: string[] = []
      let left = readBytes
      for (;;) {
        const file = files[index]
        if (!file) break
        // Somebody cut the file short instead of moving it: what is there now was not read.
        if (offset > file.size) offset = 0
        const part = await readWholeLines(file.path, offset, Math.max(left, longestLineBytes))
        lines.push(...part.lines)
        offset += part.bytes
        left -= part.bytes
        const isComplete = !file.isCurrent && now().getTime() - file.changedMs > settledMs
        // Half a line at the end of a complete file will never have its other half.
        const hasMore = part.bytes > 0 && offset < file.size
        if (left <= 0 || hasMore || !isComplete || !files[index + 1]) break
        index += 1
        offset = 0
      }
      const current = files[index]
      return { position: current ? `${current.identity}:${offset}` : (position ?? start), figures: countVisits(lines) }
    },
  }
}

/** The position before the first entry of all; no file has this identity. */
const start = 'start:0'

/** Oldest first. Files without a whole line have nothing to read and no identity yet. */
const listFiles = async (directory: string): Promise<LogFile[]> => {
  const ageOf = (name: string): number => Number(name.slice(logName.length + 1) || 0)
  const names = ((await readdir(directory).catch(ignoreMissing)) ?? [])
    .filter(name => name === logName || /^\.\d+$/.test(name.slice(logName.length)))
    .filter(name => name.startsWith(logName))
    .toSorted((one, other) => ageOf(other) - ageOf(one))
  const files: LogFile[] = []
  for (const name of names) {
    const path = join(directory, name)
    const found = await withFile(path, async handle => {
      const { ino, size, mtimeMs } = await handle.stat()
      const { lines } = await readLinesAt(handle, 0, longestLineBytes, 1)
      if (lines[0] === undefined) return undefined
      const digest = createHash('sha256').update(lines[0]).digest('hex').slice(0, 16)
      return { path, isCurrent: name === logName, identity: `${ino}-${digest}`, size, changedMs: mtimeMs }
    })
    if (found) files.push(found)
  }
  return files
}

const readWholeLines = async (
  path: string,
  offset: number,
  limit: number,
): Promise<{ lines: string[]; bytes: number }> =>
  (await withFile(path, handle => readLinesAt(handle, offset, limit))) ?? { lines: [], bytes: 0 }

/** Whole lines from `offset` on, and how many bytes they take. Bytes without any end of line within the limit are no entry of ours and passed over. */
const readLinesAt = async (handle: FileHandle, offset: number, limit: number, most = Number.POSITIVE_INFINITY) => {
  const buffer = Buffer.allocUnsafe(limit)
  const { bytesRead } = await handle.read(buffer, 0, limit, offset)
  const end = buffer.subarray(0, bytesRead).lastIndexOf(newline) + 1
  if (end === 0) return { lines: [], bytes: bytesRead === limit ? limit : 0 }
  const lines = buffer.toString('utf8', 0, end - 1).split('\n', Math.min(most, end))
  return { lines, bytes: end }
}

const newline = '\n'.charCodeAt(0)

const withFile = async <T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T | undefined> => {
  const handle = await open(path, 'r').catch(ignoreMissing)
  if (!handle) return undefined
  try {
    return await use(handle)
  } finally {
    await handle.close()
  }
}
