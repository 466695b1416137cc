import { AppError, type FormatManifest, invalidFields, type ManifestEntry } from '@parcela/contract'
import type { NewRelease } from '@parcela/core'
import { totalBytes } from '../uploads/check-manifest.ts'

const gib = 2 ** 30

/** The files as a release of a service with this much storage, with the warnings that its format has about them. */
export const toNewRelease = (
  files: readonly ManifestEntry[],
  { format, storage_gb }: { format: FormatManifest; storage_gb: number },
): NewRelease => {
  if (!format.takes_files) throw invalidFields({ files: `services of the format ${format.id} take no files` })
  const bytes = totalBytes(files)
  if (bytes > storage_gb * gib) throw tooMuchForStorage(bytes, storage_gb)
  return { files, warnings: format.container?.warnings(files.map(({ path }) => path)) ?? [] }
}

const tooMuchForStorage = (bytes: number, storage_gb: number): AppError => {
  const problem = `the files have ${Math.ceil((bytes / gib) * 10) / 10} GiB; ask for more storage or publish less`
  return new AppError('too_large', `storage_gb: ${problem}`, {
    details: { fields: { storage_gb: problem }, reason: 'over_storage', storage_gb },
  })
}
