import type { ManifestEntry } from '@parcela/contract'

/** `mysite/index.html`, `mysite/a.css` -> `index.html`, `a.css`: an archive of a folder, or a dropped folder, means what is in it. */
export const stripTopFolder = (entries: readonly ManifestEntry[]): ManifestEntry[] => {
  const top = topFolder(entries[0]?.path ?? '')
  if (top === undefined || !entries.every(entry => topFolder(entry.path) === top)) return [...entries]
  return entries.map(entry => ({ ...entry, path: entry.path.slice(top.length + 1) }))
}

const topFolder = (path: string): string | undefined => {
  const end = path.indexOf('/')
  return end < 0 ? undefined : path.slice(0, end)
}
