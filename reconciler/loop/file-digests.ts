import { createHash } from 'node:crypto'
import type { DesiredReader, Manifest, ReleaseId } from '@parcela/core'

/** One digest for all files of a release: equal for the same contents under the same paths. */
export const digestOfFiles = (manifest: Manifest): string => {
  const hash = createHash('sha256')
  for (const { path, sha256 } of manifest.toSorted((one, other) => (one.path < other.path ? -1 : 1)))
    hash.update(`${path}\0${sha256}\0`)
  return hash.digest('hex')
}

export type FileDigests = (releaseId: ReleaseId) => Promise<string>

const kept = 10_000

/** Digests of releases, remembered: a manifest of 50,000 files is not read again for each look at its service. Releases never change. */
export const createFileDigests = (desired: Pick<DesiredReader, 'readManifest'>): FileDigests => {
  const known = new Map<ReleaseId, string>()
  return async releaseId => {
    const found = known.get(releaseId)
    if (found !== undefined) return found
    const digest = digestOfFiles(await desired.readManifest(releaseId))
    if (known.size >= kept) known.clear()
    known.set(releaseId, digest)
    return digest
  }
}
