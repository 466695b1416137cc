import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ignoreMissing, writeFileAtomically } from '@parcela/kit'
import { z } from 'zod'

/** What this edge serves: the platform and version of the last snapshot that was applied, and the certificates that came with it. */
const applied = z.object({ platform: z.string(), version: z.int(), certificates: z.array(z.array(z.string())) })
export type Applied = z.infer<typeof applied>

/** Remembers across restarts what was applied, so that something older never takes its place. */
export const createVersionFile = (file: string) => ({
  /** Undefined before the first snapshot. */
  read: async (): Promise<Applied | undefined> => {
    const text = await readFile(file, 'utf8').catch(ignoreMissing)
    return text === undefined ? undefined : applied.parse(JSON.parse(text))
  },
  write: async (state: Applied): Promise<void> => {
    await mkdir(dirname(file), { recursive: true, mode: 0o755 })
    await writeFileAtomically(file, `${JSON.stringify(state)}\n`, { mode: 0o600 })
  },
})

export type VersionFile = ReturnType<typeof createVersionFile>
