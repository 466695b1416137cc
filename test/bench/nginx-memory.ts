import { readFile } from 'node:fs/promises'

/** Megabytes of an nginx with all its workers, each shared page counted once over its sharers. */
export const measureNginxMemory = async (master: number): Promise<number> => {
  const children = (await readFile(`/proc/${master}/task/${master}/children`, 'utf8')).trim().split(' ').map(Number)
  let kilobytes = 0
  for (const pid of [master, ...children]) {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0)
  }
  return kilobytes / 1024
}
