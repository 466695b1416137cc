import { AppError, type ManifestEntry } from '@parcela/contract'
import type { DesiredState, FileHold, UploadId } from '@parcela/core'
import { type Caller, teamsOf } from '../callers/caller.ts'

type Ports = {
  desired: Pick<DesiredState, 'getUpload' | 'findReadableBlobs'>
  files: Pick<FileHold, 'findMissing'>
}

/** The files of an upload that was announced by digest; `invalid` while some of them were not sent. */
export const claimUpload = async (
  ports: Ports,
  caller: Caller,
  asked: string,
): Promise<{ id: UploadId; files: readonly ManifestEntry[] }> => {
  const { id, files } = await ports.desired.getUpload(caller.person.id, asked)
  const missing = await findMissing(ports, caller, files)
  if (missing.length === 0) return { id, files }
  const fields = { upload_id: `${missing.length} of its files were not sent yet; PUT them to /blobs first` }
  throw new AppError('invalid', `upload_id: ${fields.upload_id}`, {
    details: { fields, reason: 'files_missing', missing: missing.slice(0, 100) },
  })
}

/**
 * The digests of these files that the person must send: what is not stored, and what is stored but neither they nor a team that they publish for
 * published or sent. To them both look alike, so that a digest never tells whether somebody else has a file.
 */
export const findMissing = async (
  { desired, files }: { desired: Pick<DesiredState, 'findReadableBlobs'>; files: Ports['files'] },
  caller: Caller,
  entries: readonly ManifestEntry[],
): Promise<string[]> => {
  const digests = [...new Set(entries.map(entry => entry.sha256))]
  const readable = await desired.findReadableBlobs(teamsOf(caller, 'service:deploy'), caller.person.id, digests)
  requireTrueSizes(entries, readable)
  const stored = await files.findMissing(digests.filter(digest => readable.has(digest)))
  const gone = new Set(stored)
  return digests.filter(digest => !readable.has(digest) || gone.has(digest))
}

const requireTrueSizes = (entries: readonly ManifestEntry[], sizes: ReadonlyMap<string, number>): void => {
  for (const { path, sha256, size } of entries) {
    const real = sizes.get(sha256)
    if (real === undefined || real === size) continue
    throw new AppError('invalid', `${path}: has ${real} bytes, not ${size}`, {
      details: { fields: { [path]: `has ${real} bytes, not ${size}` } },
    })
  }
}
