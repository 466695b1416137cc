import { randomBytes, timingSafeEqual } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NameServer } from '@parcela/core'
import type { Log } from '@parcela/kit'

export type HookServer = {
  /** For the environment of certbot, and so of its hooks. */
  env: { PARCELA_HOOK_SOCKET: string; PARCELA_HOOK_TOKEN: string }
  /** Ends the socket and takes back every value that certbot left. */
  close(): Promise<void>
}

type Options = {
  /** Closed to others. */
  directory: string
  /** The names that are being asked for: no hook may publish anything elsewhere. */
  names: readonly string[]
  nameServer: Pick<NameServer, 'addValidation' | 'removeValidation'>
  log: Log
  /** A value could not be published: to go on would only spend one of the authority's permitted failures. */
  onFailure: (error: unknown) => void
}

type HookRequest = { action: 'add' | 'remove'; domain: string; value: string }

/** Unix socket paths end at 107 bytes on Linux. */
const longestPath = 100
const longestLine = 4096
const idleMs = 120_000

/** Answers the hooks of one run of certbot: who knows the token of this run, and is us or root, may publish values for its names. */
export const serveHooks = async (options: Options): Promise<HookServer> => {
  const { nameServer, log, onFailure } = options
  const token = randomBytes(32).toString('base64url')
  const published = new Map<string, HookRequest>()
  const place = await findPlace(options.directory)

  const apply = async ({ action, domain, value }: HookRequest): Promise<void> => {
    const name = `_acme-challenge.${domain}`
    if (action === 'add') {
      published.set(`${domain} ${value}`, { action, domain, value })
      await nameServer.addValidation(name, value)
    } else {
      await nameServer.removeValidation(name, value)
      published.delete(`${domain} ${value}`)
    }
  }

  const answer = async (line: string): Promise<string> => {
    const request = parseRequest(line, token, options.names)
    if (!request) {
      log.warn({}, 'A request to the hooks of certbot was refused: it is not from the run that is under way')
      return 'refused\n'
    }
    try {
      await apply(request)
      return 'done\n'
    } catch (error) {
      if (request.action === 'add') onFailure(error)
      else log.warn({ err: error, domain: request.domain }, 'A validation could not be taken back; that is tried again')
      return 'failed: the log of Parcela says why\n'
    }
  }

  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', error => log.debug({ err: error }, 'A hook of certbot ended the conversation'))
    socket.setTimeout(idleMs, () => socket.destroy())
    readOneLine(socket, line => answer(line).then(text => socket.end(text)))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(place.socket, resolve))
  await chmod(place.socket, 0o600)

  return {
    env: { PARCELA_HOOK_SOCKET: place.socket, PARCELA_HOOK_TOKEN: token },
    close: async () => {
      await new Promise<void>(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
      await place.remove()
      for (const { domain, value } of published.values()) {
        await nameServer.removeValidation(`_acme-challenge.${domain}`, value).catch((error: unknown) => {
          log.warn({ err: error, domain }, 'A validation could not be taken back; it ends by itself')
        })
      }
    },
  }
}

/** In the directory, or, where that path is too long for a socket, in a folder of ours alone. */
const findPlace = async (directory: string): Promise<{ socket: string; remove: () => Promise<void> }> => {
  const socket = join(directory, 'hook.sock')
  if (Buffer.byteLength(socket) <= longestPath) {
    // Of a run that was killed; runs are one at a time.
    await rm(socket, { force: true })
    return { socket, remove: () => rm(socket, { force: true }) }
  }
  const folder = await mkdtemp(join(tmpdir(), 'parcela-certbot-'))
  return { socket: join(folder, 'hook.sock'), remove: () => rm(folder, { recursive: true, force: true }) }
}

const readOneLine = (socket: Socket, use: (line: string) => void): void => {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', (part: string) => {
    const isComplete = text.includes('\n')
    text += part
    if (isComplete) return
    if (text.includes('\n')) use(text.slice(0, text.indexOf('\n')))
    else if (text.length > longestLine) socket.destroy()
  })
}

const parseRequest = (line: string, token: string, names: readonly string[]): HookRequest | undefined => {
  const { token: given, action, domain, value } = parseObject(line)
  if (typeof given !== 'string' || !isSameText(given, token)) return undefined
  if (action !== 'add' && action !== 'remove') return undefined
  if (typeof domain !== 'string' || !names.some(name => name === domain || name === `*.${domain}`)) return undefined
  // The digest of a key authorization in base64url (RFC 8555, section 8.4).
  if (typeof value !== 'string' || !/^[\w-]{43}$/.test(value)) return undefined
  return { action, domain, value }
}

const parseObject = (line: string): Record<string, unknown> => {
  try {
    const parsed: unknown = JSON.parse(line)
    return parsed !== null && typeof parsed === 'object' ? { ...parsed } : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

const isSameText = (one: string, other: string): boolean => {
  const [some, others] = [Buffer.from(one), Buffer.from(other)]
  return some.length === others.length && timingSafeEqual(some, others)
}
