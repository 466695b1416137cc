import { readdir, readFile } from 'node:fs/promises'

/** The command lines of all processes of the machine. */
export const listProcesses = async (): Promise<string[]> => {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const commands = await Promise.all(pids.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(ignoreEnded)))
  return commands.map(command => command.replaceAll('\0', ' ').trim()).filter(command => command !== '')
}

/** It ended while we looked. */
const ignoreEnded = (error: NodeJS.ErrnoException): string => {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return ''
  throw error
}
