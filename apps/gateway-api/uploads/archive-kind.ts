export type ArchiveKind = 'zip' | 'tar.gz'

/** What an uploaded file is expanded as when it is the only one; undefined for an ordinary file. */
export const archiveKind = (fileName: string): ArchiveKind | undefined => {
  if (fileName.includes('/')) return undefined
  const name = fileName.toLowerCase()
  if (name.endsWith('.zip')) return 'zip'
  return name.endsWith('.tar.gz') || name.endsWith('.tgz') ? 'tar.gz' : undefined
}
