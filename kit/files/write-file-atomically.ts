import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Replaces a file so that readers, and a power cut, find the old content or the new one and never a part. The folder must exist.
 * The mode is set before the first byte is written.
 */
export const writeFileAtomically = async (
  path: string,
  content: string | Uint8Array,
  options: { mode: number },
): Promise<void> => {
  const draft = `${path}.${randomUUID()}.new`
  try {
    const file = await open(draft, 'wx', options.mode)
    try {
      await file.chmod(options.mode)
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** Makes the renaming itself survive a power cut. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
