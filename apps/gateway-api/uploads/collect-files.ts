import { AppError, collisionKey, findPathProblem, invalidFields, type ManifestEntry } from '@parcela/contract'
import type { FileStore } from '@parcela/core'
import { createPutter } from './create-putter.ts'
import { displayPath } from './display-path.ts'
import { isJunk } from './is-junk.ts'

export type UploadLimits = { bytes: number; files: number }

/** The files of one upload, stored as they come. Nothing refers to them until a release does; what is refused half-way goes with the hold that took them (`with-held-files.ts`). */
export type FileCollection = {
  /** Throws at the first file that cannot be published: a bad path, a name twice, too many, too large. Junk of desktop systems is dropped. */
  add(path: string, content: AsyncIterable<Uint8Array>): Promise<void>
  /** Checks the name of a folder, which is not kept. */
  addFolder(path: string): void
  /** Resolves when all of them are stored. */
  finish(): Promise<ManifestEntry[]>
}

/** Takes the files of an upload one by one into the store. */
export const createFileCollection = (files: Pick<FileStore, 'put'>, limits: UploadLimits): FileCollection => {
  const entries: ManifestEntry[] = []
  const seen = new Map<string, string>()
  const folders = new Map<string, string>()
  const putter = createPutter(files, limits.bytes)
  let accepted = 0
  let looked = 0

  return {
    add: async (name, content) => {
      countEntry()
      const path = withoutDotSlash(name)
      requireGoodPath(path)
      if (isJunk(path)) return drop(content)
      requireOwnName(path)
      accepted += 1
      if (accepted > limits.files) throw tooManyFiles(limits.files)
      await explained(limits, () => putter.put(content, stored => entries.push({ path, ...stored })))
    },
    addFolder: name => {
      countEntry()
      const path = withoutDotSlash(name).replace(/\/+$/, '')
      if (path !== '' && path !== '.') requireGoodPath(path)
    },
    finish: async () => {
      await explained(limits, () => putter.finish())
      return entries
    },
  }

  /** Folders and junk are not published, but an archive of millions of them is work, too. */
  function countEntry(): void {
    looked += 1
    if (looked > limits.files * 2 + 1_000) throw tooManyFiles(limits.files)
  }

  function requireOwnName(path: string): void {
    const key = collisionKey(path)
    const other = seen.get(key) ?? folders.get(key)
    if (other !== undefined) throw refuse(path, describeCollision(path, other))
    seen.set(key, path)
    for (const folder of foldersOf(path)) {
      const folderKey = collisionKey(folder)
      const file = seen.get(folderKey)
      if (file !== undefined) throw refuse(path, `needs a folder where "${displayPath(file)}" is a file`)
      const sameFolder = folders.get(folderKey)
      if (sameFolder !== undefined && sameFolder !== folder) throw refuse(path, describeCollision(folder, sameFolder))
      folders.set(folderKey, folder)
    }
  }
}

/** The store knows how much is too much, but not of what. */
const explained = async <T>(limits: UploadLimits, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.code === 'too_large') throw tooLarge(limits.bytes, error)
    throw error
  }
}

export const tooManyFiles = (limit: number): AppError =>
  new AppError('too_large', `The upload has more than ${limit} files; that is the most that can be published.`, {
    details: { reason: 'too_many_files', limit },
  })

export const tooLarge = (limitBytes: number, cause?: unknown): AppError =>
  new AppError('too_large', `The files are larger than the ${inMiB(limitBytes)} MiB that fit.`, {
    details: { reason: 'too_many_bytes', limit_bytes: limitBytes },
    cause,
  })

const inMiB = (bytes: number): string => String(Math.floor((bytes / 2 ** 20) * 10) / 10)

const refuse = (path: string, problem: string): AppError => invalidFields({ [displayPath(path)]: problem })

const requireGoodPath = (path: string): void => {
  const problem = findPathProblem(path)
  if (problem) throw refuse(path, problem)
}

const describeCollision = (path: string, other: string): string =>
  path === other
    ? 'is there twice, or is both a file and a folder'
    : `differs from "${displayPath(other)}" only in upper and lower case or accents; visitors and many disks cannot tell them apart`

const foldersOf = (path: string): string[] => {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

const withoutDotSlash = (path: string): string => path.replace(/^(\.\/)+/, '')

const drop = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const _ of content);
}
