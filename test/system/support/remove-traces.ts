import { createHash } from 'node:crypto'
import { readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, waitUntil } from '@parcela/kit'

/** What an installation has at the Docker engine, by the engine's own command and not by our code. */
export type DockerTraces = { containers: string[]; images: string[]; networks: string[] }

/** Everything of this platform at the engine; images by their reference, those without a name by their id. */
export const listDockerTraces = async (platform: string): Promise<DockerTraces> => {
  const label = `label=dev.parcela.platform=${platform}`
  const [containers, networks, labelled, named] = await Promise.all([
    docker('container', 'ls', '--all', '--quiet', '--no-trunc', '--filter', label),
    docker('network', 'ls', '--quiet', '--no-trunc', '--filter', label),
    docker('image', 'ls', '--no-trunc', '--filter', label, '--format', '{{.Repository}}:{{.Tag}} {{.ID}}'),
    docker('image', 'ls', '--filter', `reference=parcela-${platform}/*`, '--format', '{{.Repository}}:{{.Tag}}'),
  ])
  return { containers, networks, images: [...new Set([...labelled.map(nameOrId), ...named])] }
}

const nameOrId = (line: string): string => {
  const [name = '', id = ''] = line.split(' ')
  return name.startsWith('<none>') ? id : name
}

/** Removes every container, network and image of this platform, and of no other. */
export const removeDockerTraces = async (platform: string): Promise<void> => {
  const { containers, networks, images } = await listDockerTraces(platform)
  if (containers.length > 0) await docker('container', 'rm', '--force', '--volumes', ...containers)
  if (networks.length > 0) await docker('network', 'rm', ...networks)
  if (images.length > 0) await docker('image', 'rm', '--force', ...images)
}

/** The processes of an installation: those with its home in their settings, arguments or working directory, and the children of those. */
export const listProcesses = async (home: string): Promise<number[]> => {
  const folders = await foldersOf(home)
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const processes = (await Promise.all(pids.map(readProcess))).filter(found => found !== undefined)
  const theirs = new Set<number>()
  for (let before = -1; before < theirs.size; ) {
    before = theirs.size
    for (const { pid, parent, command, folder, settings } of processes) {
      const isAtHome =
        settings.includes(`PARCELA_HOME=${home}`) ||
        folders.some(own => command.includes(own) || folder === own || folder.startsWith(`${own}/`))
      if ((isAtHome || theirs.has(parent)) && pid !== process.pid) theirs.add(pid)
    }
  }
  return [...theirs]
}

/** Ends what a killed installation left running, by process id. */
export const endProcesses = async (home: string): Promise<void> => {
  await waitUntil(
    async () => {
      const pids = await listProcesses(home)
      for (const pid of pids) endProcess(pid)
      return pids.length === 0
    },
    { timeoutMs: 20_000, everyMs: 50, what: `the processes of ${home} to end` },
  )
}

/** Removes the folders of an installation: its home, and where the kit put what other users must reach. */
export const removeHome = async (home: string): Promise<void> => {
  for (const folder of await foldersOf(home)) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

const foldersOf = async (home: string): Promise<string[]> => {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 10)
  const sockets = (await readdir(tmpdir())).filter(name => name.startsWith(`parcela-${hash}-`))
  return [home, join('/var/lib/parcela', hash), ...sockets.map(name => join(tmpdir(), name))]
}

const readProcess = async (pid: number) => {
  const [status, command = '', settings = '', folder = ''] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8').catch(ignoreGone),
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(ignoreGone),
    readFile(`/proc/${pid}/environ`, 'utf8').catch(ignoreGone),
    readlink(`/proc/${pid}/cwd`).catch(ignoreGone),
  ])
  // The program's name, in parentheses, may hold anything; state and parent follow the last one.
  const [state, parent] = status?.slice(status.lastIndexOf(')') + 2).split(' ') ?? []
  return state === undefined || state === 'Z'
    ? undefined
    : { pid, parent: Number(parent), command, folder, settings: settings.split('\0') }
}

const endProcess = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const docker = async (...args: readonly string[]): Promise<string[]> =>
  (await run(['docker', ...args], { timeoutMs: 120_000 })).stdout.split('\n').filter(Boolean)

const ignoreGone = (error: NodeJS.ErrnoException): undefined => {
  if (['ENOENT', 'ESRCH', 'EACCES'].includes(error.code ?? '')) return undefined
  throw error
}
