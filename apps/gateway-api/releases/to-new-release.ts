import { type FormatManifest, invalidFields, type ManifestEntry } from '@parcela/contract'
import { type NewRelease, requireStorageFor } from '@parcela/core'
import { totalBytes } from '../uploads/check-manifest.ts'

/** The files as a release of a service with this much storage, with the warnings that its format has about them. */
export const toNewRelease = (
  files: readonly ManifestEntry[],
  { format, storage_gb }: { format: FormatManifest; storage_gb: number },
): NewRelease => {
  if (!format.takes_files) throw invalidFields({ files: `services of the format ${format.id} take no files` })
  requireStorageFor(totalBytes(files), storage_gb)
  return { files, warnings: format.container?.warnings(files.map(({ path }) => path)) ?? [] }
}
