import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import { writeFileAtomically } from '@parcela/kit'

/** Makes the folder of the installation. Others may pass through it, for nginx and the database have users of their own; nothing secret is readable. */
export const ensureHome = async (home: string): Promise<void> => {
  await mkdir(join(home, 'log'), { recursive: true, mode: 0o755 }).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError(
      'invalid',
      `The folder ${home} of PARCELA_HOME cannot be made (${cause.code}). Choose another.`,
      { cause },
    )
  })
}

/** A value that is made once per installation and kept in a file that only its owner may read. */
export const ensureKept = async (home: string, name: string, make: () => string): Promise<string> => {
  const file = join(home, name)
  const kept = await readFile(file, 'utf8').catch(ignoreMissing)
  if (kept) return kept.trim()
  const value = make()
  await writeFileAtomically(file, `${value}\n`, { mode: 0o600 })
  return value
}

/** This installation's id, on everything it makes: 8 hexadecimal digits. */
export const ensurePlatformId = (home: string): Promise<string> =>
  ensureKept(home, 'platform-id', () => randomBytes(4).toString('hex'))

/**
 * Claims the home for this process: one installation is run by one process. `conflict` while another one runs; a file that a killed process
 * left behind is taken over. Answers the release of the claim.
 */
export const claimHome = async (home: string): Promise<() => Promise<void>> => {
  const file = join(home, 'parcela.pid')
  const before = Number(await readFile(file, 'utf8').catch(ignoreMissing))
  if (before && before !== process.pid && (await isAllInOne(before, home))) {
    throw new AppError(
      'conflict',
      `Parcela already runs here, as process ${before}. Stop it with bin/down, or choose another PARCELA_HOME.`,
    )
  }
  await writeFile(file, `${process.pid}\n`, { mode: 0o644 })
  return () => rm(file, { force: true })
}

/** Process ids are used again: only a process of ours that works on this home counts. */
const isAllInOne = async (pid: number, home: string): Promise<boolean> => {
  const [command, environment] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(ignoreMissing),
    readFile(`/proc/${pid}/environ`, 'utf8').catch(ignoreMissing),
  ])
  if (!command?.includes('main.ts')) return false
  const itsHome = environment?.split('\0').find(pair => pair.startsWith('PARCELA_HOME='))
  return itsHome === undefined || itsHome === `PARCELA_HOME=${home}`
}

const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'ESRCH') return undefined
  throw error
}
