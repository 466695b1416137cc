import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, open, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ignoreMissing, spawn } from '@parcela/kit'
import { findFreeRange } from './find-free-range.ts'
import { endProcesses, removeHome } from './remove-traces.ts'
import type { Parcela } from './start-parcela.ts'

/** A further edge of an installation, with a home and ports of its own. */
export type FurtherEdge = {
  ports: { http: number; https: number }
  /** The version of what it serves, as it remembers it; undefined before the first. */
  appliedVersion(): Promise<number | undefined>
  /** The names of each certificate that it has. */
  certificateNames(): Promise<string[][]>
  log(): Promise<string>
  /** SIGKILL to the agent; its nginx is left alone. */
  kill(): Promise<void>
  /** A new agent on the same home. */
  start(): Promise<void>
  /** Ends agent and nginx, and removes its files. */
  stop(): Promise<void>
}

const repository = new URL('../../..', import.meta.url).pathname
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Starts the edge agent as a process of its own, with what `POST /edges` answered. Always `stop()` it. */
export const startEdge = async (
  parcela: Parcela,
  admitted: { token: string; public_key: string },
): Promise<FurtherEdge> => {
  const home = await mkdtemp(join(tmpdir(), 'parcela-edge-'))
  await chmod(home, 0o755)
  const http = await findFreeRange(2)
  const settings = {
    PARCELA_HOME: home,
    PARCELA_EDGE_GATEWAY: parcela.url,
    PARCELA_EDGE_TOKEN: admitted.token,
    PARCELA_EDGE_PUBLIC_KEY: admitted.public_key,
    PARCELA_EDGE_CA: join(parcela.home, 'ca.pem'),
    PARCELA_EDGE_CHALLENGES: `http://127.0.0.1:${parcela.ports.http}`,
    PARCELA_BIND: '127.0.0.1',
    PARCELA_HTTP_PORT: String(http),
    PARCELA_HTTPS_PORT: String(http + 1),
  }
  const logFile = join(home, 'output.log')
  let agent: ChildProcess | undefined

  const start = async (): Promise<void> => {
    const output = await open(logFile, 'a')
    // It ends with the tests, however they end.
    agent = spawn(['setpriv', '--pdeathsig', 'TERM', join(repository, 'bin/edge')], {
      cwd: repository,
      env: { PATH: searchPath, LANG: 'C.UTF-8', ...settings },
      output: output.fd,
    })
    await output.close()
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!agent || agent.exitCode !== null || agent.signalCode !== null) return
    const exit = once(agent, 'exit', { signal: AbortSignal.timeout(30_000) })
    agent.kill(signal)
    await exit
  }
  await start()
  return {
    ports: { http, https: http + 1 },
    appliedVersion: async () => (await readApplied(home))?.version,
    certificateNames: async () => (await readApplied(home))?.certificates ?? [],
    log: () => readFile(logFile, 'utf8'),
    kill: () => end('SIGKILL'),
    start,
    stop: async () => {
      try {
        await end('SIGTERM')
      } finally {
        await end('SIGKILL')
        await endProcesses(home)
        await removeHome(home)
      }
    },
  }
}

const readApplied = async (home: string): Promise<{ version: number; certificates: string[][] } | undefined> => {
  const text = await readFile(join(home, 'applied.json'), 'utf8').catch(ignoreMissing)
  return text === undefined ? undefined : JSON.parse(text)
}
