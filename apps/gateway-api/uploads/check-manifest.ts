import { collisionKey, invalidFields, type ManifestEntry } from '@parcela/contract'
import { tooLarge, tooManyFiles, type UploadLimits } from './collect-files.ts'
import { displayPath } from './display-path.ts'

/** Throws for a manifest whose files could not lie beside each other, or are too many or too large; single paths are the schema's business. */
export const checkManifest = (entries: readonly ManifestEntry[], limits: UploadLimits): void => {
  if (entries.length > limits.files) throw tooManyFiles(limits.files)
  if (totalBytes(entries) > limits.bytes) throw tooLarge(limits.bytes)
  const seen = new Map<string, string>()
  for (const { path } of entries) {
    const other = seen.get(collisionKey(path))
    if (other !== undefined) {
      throw invalidFields({
        [displayPath(path)]: `is there twice, or differs from "${displayPath(other)}" only in case`,
      })
    }
    seen.set(collisionKey(path), path)
  }
  for (const { path } of entries) {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      const file = seen.get(collisionKey(path.slice(0, end)))
      if (file !== undefined) {
        throw invalidFields({ [displayPath(path)]: `needs a folder where "${displayPath(file)}" is a file` })
      }
    }
  }
}

export const totalBytes = (entries: readonly ManifestEntry[]): number =>
  entries.reduce((sum, entry) => sum + entry.size, 0)
