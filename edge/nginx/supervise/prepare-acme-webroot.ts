import { chmod, chown, mkdir, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ensureServiceDirectory } from '@parcela/kit'
import { parseSafePath } from '../render/parse-safe-path.ts'

/** Makes the folder of the challenges, where the workers' group can read and an ACME client of ours can write. Answers its path without links. */
export const prepareAcmeWebroot = async (wanted: string, gid: number | null): Promise<string> => {
  await mkdir(dirname(wanted), { recursive: true })
  const directory = await realpath(await ensureServiceDirectory(dirname(wanted), basename(wanted)))
  await mkdir(join(directory, '.well-known/acme-challenge'), { recursive: true })
  for (const folder of [directory, join(directory, '.well-known'), join(directory, '.well-known/acme-challenge')]) {
    if (gid !== null) await chown(folder, 0, gid)
    await chmod(folder, 0o750)
  }
  return parseSafePath(directory, 'PARCELA_HOME')
}
