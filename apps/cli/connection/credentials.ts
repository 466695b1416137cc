import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '@parcela/contract'

export type Server = { api_key: string; email: string | null /** PEM. */; ca?: string }

/** What `parcela login` remembers. `current` is the server that commands speak to. */
export type Credentials = { current: string | null; servers: Record<string, Server> }

/** Where API keys are kept: one file that only its owner may read. */
export type CredentialsStore = {
  readonly file: string
  read(): Promise<Credentials>
  save(credentials: Credentials): Promise<void>
}

export const createCredentialsStore = (file: string): CredentialsStore => ({
  file,
  read: async () => {
    try {
      return parse(await readFile(file, 'utf8'), file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { current: null, servers: {} }
      throw error
    }
  },
  save: async credentials => {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    // Written beside and renamed: a reader, or a full disk, never meets half a file.
    const temporary = `${file}.${process.pid}.tmp`
    await writeFile(temporary, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 })
    await rename(temporary, file)
  },
})

const parse = (text: string, file: string): Credentials => {
  const damaged = new AppError('invalid', `${file} is damaged. Remove it and sign in again: parcela login`)
  try {
    const read = JSON.parse(text) as Partial<Credentials>
    if (typeof read.servers !== 'object' || read.servers === null) throw damaged
    return { current: read.current ?? null, servers: read.servers }
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged
    throw error
  }
}
