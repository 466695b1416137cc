import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@parcela/core'
import { ignoreMissing, writeFileAtomically } from '@parcela/kit'

/** The serial of the zones: it only ever rises, also over restarts, because secondaries ignore what is not newer (RFC 1982). */
export type SerialFile = {
  read(): Promise<number>
  /** The next serial, stored before it is answered. */
  raise(): Promise<number>
}

/** Begins at the present second, so that a lost file does not take the serial back. */
export const createSerialFile = (options: { directory: string; clock: Clock }): SerialFile => {
  const path = join(options.directory, 'serial')
  let known: number | undefined

  const read = async (): Promise<number> => {
    known ??= parseSerial(await readFile(path, 'utf8').catch(ignoreMissing))
    return known
  }

  return {
    read,
    raise: async () => {
      const seconds = Math.floor(options.clock.now().getTime() / 1000)
      const next = Math.max((await read()) + 1, seconds)
      await mkdir(options.directory, { recursive: true })
      await writeFileAtomically(path, `${next}\n`, { mode: 0o600 })
      known = next
      return next
    },
  }
}

const parseSerial = (text: string | undefined): number => {
  const serial = Number(text?.trim())
  return Number.isInteger(serial) && serial > 0 && serial < 2 ** 32 ? serial : 0
}
