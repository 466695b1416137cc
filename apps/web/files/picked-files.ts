/** One file to publish: its path inside the site, `/`-separated, and its content. */
export type PickedFile = { path: string; file: File }

/** Files as a person handed them over, made ready to publish. */
export type PickedFiles = {
  files: PickedFile[]
  /** The name of the folder or archive they came in; empty when there was none. */
  title: string
  bytes: number
  /** Paths that are never part of a site and were left out (`.git`, `.DS_Store`). */
  left_out: number
  isArchive: boolean
  hasIndex: boolean
}

const archive = /\.(zip|tar\.gz|tgz)$/i
const junkSegments = new Set([
  '.git',
  '.svn',
  '.hg',
  '__MACOSX',
  '.DS_Store',
  'Thumbs.db',
  'desktop.ini',
  'node_modules',
])

/** Takes away what is not part of a site, and the one folder around everything, whose name becomes the title; pure. */
export const arrangeFiles = (raw: readonly PickedFile[]): PickedFiles => {
  const kept = raw.filter(({ path }) => !path.split('/').some(segment => junkSegments.has(segment)))
  const folder = commonFolder(kept)
  const files = folder === '' ? kept : kept.map(({ path, file }) => ({ path: path.slice(folder.length + 1), file }))
  const only = files.length === 1 ? files[0] : undefined
  const isArchive = only !== undefined && archive.test(only.path)
  return {
    files: files.toSorted((one, other) => (one.path < other.path ? -1 : 1)),
    title: isArchive ? only.path.replace(archive, '') : folder,
    bytes: files.reduce((sum, { file }) => sum + file.size, 0),
    left_out: raw.length - kept.length,
    isArchive,
    hasIndex: isArchive || files.some(({ path }) => path === 'index.html' || path === 'index.htm'),
  }
}

const commonFolder = (files: readonly PickedFile[]): string => {
  const first = files[0]?.path.split('/')
  if (first === undefined || first.length < 2) return ''
  const folder = first[0] ?? ''
  return files.every(({ path }) => path.startsWith(`${folder}/`)) ? folder : ''
}
