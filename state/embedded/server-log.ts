import { copyFile, open, readFile, stat, truncate } from 'node:fs/promises'

const limitBytes = 8 * 1024 * 1024
const tailBytes = 2_000

/**
 * The log is appended to by the server itself, so that it outlives us. Beyond 8 MiB it becomes `.1` and starts anew; the server goes on
 * appending to the same file, which is why it is copied and cut instead of renamed.
 */
export const rotateServerLog = async (file: string): Promise<void> => {
  if ((await stat(file)).size <= limitBytes) return
  await copyFile(file, `${file}.1`)
  await truncate(file)
}

/** Opens the log for the server to append to; its messages are for the administrator only. */
export const openServerLog = (file: string): ReturnType<typeof open> => open(file, 'a', 0o600)

/** The last lines, for an error's cause. */
export const readServerLogEnd = async (file: string): Promise<string> =>
  (await readFile(file, 'utf8')).slice(-tailBytes)
