import type { PickedFile } from './picked-files.ts'

/**
 * Reads everything that was dropped, folders with all they hold. The entries must be taken from `transfer` before the drop handler
 * returns, because the browser empties it then; that happens before the first `await` here.
 */
export const readDrop = async (transfer: DataTransfer): Promise<PickedFile[]> => {
  const items = [...transfer.items].filter(item => item.kind === 'file')
  const entries = items.map(item => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  const trees = await Promise.all(
    entries.map(async ({ entry, file }) => {
      if (entry !== null) return readEntry(entry, '')
      return file === null ? [] : [{ path: file.name, file }]
    }),
  )
  return trees.flat()
}

/** Reads what a file or folder picker holds. */
export const readPicker = (input: HTMLInputElement): PickedFile[] =>
  [...(input.files ?? [])].map(file => ({ path: file.webkitRelativePath || file.name, file }))

/** Whether a drag carries files (and not, say, a link or a text). */
export const carriesFiles = (transfer: DataTransfer | null): boolean => transfer?.types.includes('Files') === true

const readEntry = async (entry: FileSystemEntry, parent: string): Promise<PickedFile[]> => {
  const path = parent === '' ? entry.name : `${parent}/${entry.name}`
  if (isFile(entry)) return [{ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) }]
  if (!isFolder(entry)) return []
  const reader = entry.createReader()
  const found: PickedFile[] = []
  // A reader answers at most a hundred entries at a time, and an empty list at the end.
  for (let batch = await readBatch(reader); batch.length > 0; batch = await readBatch(reader)) {
    for (const files of await Promise.all(batch.map(child => readEntry(child, path)))) found.push(...files)
  }
  return found
}

const readBatch = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject))

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
