import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, spawn } from '@parcela/kit'

/** A network of its own for a browser, in which one port of this machine's loopback answers, and nothing else. */
export type QuietNetwork = {
  /** Put before a command, runs it inside. */ enter: readonly string[]
  close: () => Promise<void>
}

const relay = new URL('relay.ts', import.meta.url).pathname

/**
 * Chromium drops every connection (ERR_NETWORK_CHANGED) when the machine gains or loses a network device, as it does for each container that
 * Docker starts. In a network namespace of its own it sees none of that; a relay hands its connections out through a socket file. Needs root.
 */
export const createQuietNetwork = async (port: number): Promise<QuietNetwork> => {
  const folder = await mkdtemp(join(tmpdir(), 'parcela-relay-'))
  const socket = join(folder, 'relay.sock')
  const outside = createServer(incoming => {
    const outgoing = connect(port, '127.0.0.1')
    incoming.on('error', () => outgoing.destroy())
    outgoing.on('error', () => incoming.destroy())
    incoming.pipe(outgoing).pipe(incoming)
  })
  outside.listen(socket)
  await once(outside, 'listening')

  const command = ['unshare', '--net', process.execPath, relay, String(port), socket] as const
  const child = spawn(['setpriv', '--pdeathsig', 'KILL', ...command], { output: 'pipe' })
  const close = async (): Promise<void> => {
    child.kill('SIGKILL')
    outside.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    if (child.stdout === null) throw new Error('the relay has no output to say that it listens')
    await once(child.stdout, 'data', { signal: AbortSignal.timeout(15_000) })
    const enter = ['nsenter', `--net=/proc/${child.pid}/ns/net`] as const
    await run([...enter, 'ip', 'link', 'set', 'lo', 'up'], { timeoutMs: 5_000 })
    return { enter, close }
  } catch (error) {
    await close()
    throw error
  }
}
