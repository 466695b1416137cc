import { readdir, readFile } from 'node:fs/promises'

export type Usage = { name: string; pid: number; rss_mb: number; pss_mb: number; cpu_seconds: number }

const ticksPerSecond = 100
const kibibyte = 1024

/** What a process and all its descendants use now. Proportional set size counts a page shared by n processes as 1/n in each. */
export const readUsage = async (pids: readonly number[]): Promise<Usage[]> => {
  const parents = await readParents()
  const ours = new Set(pids)
  for (let before = -1; before !== ours.size; ) {
    before = ours.size
    for (const [pid, parent] of parents) if (ours.has(parent)) ours.add(pid)
  }
  const usages = await Promise.all([...ours].map(readOne))
  return usages.filter(usage => usage !== undefined)
}

const readParents = async (): Promise<Map<number, number>> => {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const pairs = await Promise.all(pids.map(async pid => [pid, Number((await readStat(pid))?.[1])] as const))
  return new Map(pairs)
}

const readOne = async (pid: number): Promise<Usage | undefined> => {
  const [stat, rollup, name] = await Promise.all([readStat(pid), readProc(pid, 'smaps_rollup'), readProc(pid, 'comm')])
  if (!stat || !rollup || !name) return undefined
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}: +(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) / kibibyte
  return {
    pid,
    name: name.trim(),
    rss_mb: megabytes('Rss'),
    pss_mb: megabytes('Pss'),
    cpu_seconds: (Number(stat[11]) + Number(stat[12])) / ticksPerSecond,
  }
}

/** The fields of /proc/<pid>/stat behind the program's name, which may hold spaces. */
const readStat = async (pid: number): Promise<string[] | undefined> => {
  const text = await readProc(pid, 'stat')
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** Undefined for a process that has ended meanwhile. */
const readProc = async (pid: number, file: string): Promise<string | undefined> => {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
