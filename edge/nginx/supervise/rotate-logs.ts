import { rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

type Options = {
  directory: string
  names: readonly string[]
  limitBytes: number
  keep: number
  reopen: () => Promise<void>
}

/** Renames each log that grew beyond the limit to `name.1`, the older ones on, and drops the last; then has nginx open new ones. */
export const rotateLogs = async ({ directory, names, limitBytes, keep, reopen }: Options): Promise<void> => {
  let rotated = false
  for (const name of names) {
    const path = join(directory, name)
    const size = await stat(path).then(({ size }) => size, zeroWhenMissing)
    if (size <= limitBytes) continue
    for (let age = keep - 1; age >= 1; age--) {
      await rename(`${path}.${age}`, `${path}.${age + 1}`).catch(zeroWhenMissing)
    }
    await rename(path, `${path}.1`)
    rotated = true
  }
  if (rotated) await reopen()
}

const zeroWhenMissing = (error: NodeJS.ErrnoException): number => {
  if (error.code === 'ENOENT') return 0
  throw error
}
