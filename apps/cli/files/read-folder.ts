import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, collisionKey, findPathProblem, invalidFields, type ManifestEntry } from '@parcela/contract'
import { forEachAtOnce } from './for-each-at-once.ts'

/** What systems and tools leave behind in folders; never part of a site. */
const ignored: ReadonlySet<string> = new Set([
  '.DS_Store',
  'Thumbs.db',
  'desktop.ini',
  '__MACOSX',
  '.git',
  '.hg',
  '.svn',
])

/** Files that are read at the same time. */
const readers = 8

/**
 * The files of a folder, sorted by path, each with size and SHA-256. Throws `invalid` naming every file that cannot be published,
 * before anything is sent.
 */
export const readFolder = async (folder: string): Promise<ManifestEntry[]> => {
  const found = await listFiles(folder)
  const problems = findProblems(found)
  if (Object.keys(problems).length > 0) throw invalidFields(problems)
  if (found.length === 0) throw new AppError('invalid', `${folder} holds no files; there is nothing to publish.`)

  const entries: ManifestEntry[] = []
  await forEachAtOnce(readers, found, async ({ path }) => {
    entries.push({ path, ...(await digest(join(folder, path))) })
  })
  return entries.sort((one, other) => (one.path < other.path ? -1 : 1))
}

type Found = { path: string; kind: 'file' | 'link' | 'special' }

const listFiles = async (folder: string): Promise<Found[]> => {
  const about = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new AppError('not_found', `There is no folder ${folder} here.`)
    throw error
  })
  if (!about.isDirectory() && !about.isSymbolicLink())
    throw new AppError('invalid', `${folder} is not a folder. Unpack an archive first, or upload it on the page.`)

  const found: Found[] = []
  const visit = async (prefix: string): Promise<void> => {
    for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
      if (ignored.has(entry.name)) continue
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
      if (entry.isDirectory()) await visit(path)
      else found.push({ path, kind: entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'special' })
    }
  }
  await visit('')
  return found
}

const findProblems = (found: readonly Found[]): Record<string, string> => {
  const problems: Record<string, string> = {}
  const byKey = new Map<string, string>()
  for (const { path, kind } of found) {
    const twin = byKey.get(collisionKey(path))
    byKey.set(collisionKey(path), path)
    const problem =
      kind === 'link'
        ? 'is a symbolic link; publish the file itself'
        : kind === 'special'
          ? 'is neither a file nor a folder'
          : (findPathProblem(path) ??
            (twin === undefined ? undefined : `has the same name as ${twin} but for its letters' case`))
    if (problem) problems[path] = problem
  }
  return problems
}

/** Size and digest of the same reading, so that they fit each other even while the file grows. */
const digest = async (file: string): Promise<{ sha256: string; size: number }> => {
  const hash = createHash('sha256')
  let size = 0
  for await (const part of createReadStream(file)) {
    hash.update(part as Buffer)
    size += (part as Buffer).length
  }
  return { sha256: hash.digest('hex'), size }
}
