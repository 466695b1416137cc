import { dirname, join } from 'node:path'

export const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

/** Where a content lies: two levels of folders, so that none grows large. The caller has checked the digest. */
export const contentPath = (directory: string, sha256: string): string =>
  join(directory, sha256.slice(0, 2), sha256.slice(2, 4), sha256)

/** The folders whose entries a content's name depends on, from the inside out. */
export const foldersOf = (path: string): string[] => {
  const inner = dirname(path)
  return [inner, dirname(inner), dirname(dirname(inner))]
}
