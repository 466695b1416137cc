import { readFile } from 'node:fs/promises'
import { AppError } from '@parcela/contract'
import { type Ask, type Connection, createConnection } from '../connection/connection.ts'
import { readLocalCa } from '../connection/local-installation.ts'
import { readText } from '../connection/read-text.ts'
import { createGateway } from '../gateway/gateway.ts'
import { ask, readSecret } from '../terminal/ask.ts'
import { printLine } from '../terminal/terminal.ts'
import type { Context } from './context.ts'
import { parseServerUrl } from './parse-server-url.ts'

export type LoginOptions = { email?: string; passwordStdin?: boolean; code?: string; apiKey?: string; ca?: string }

/** Where a Parcela answers when nothing else is said. */
const usualUrl = 'https://parcela.localhost:8443'

/** Signs in once and keeps an API key of this machine's own; the password is not kept. */
export const login = async (context: Context, urlText: string | undefined, options: LoginOptions): Promise<void> => {
  const url = parseServerUrl(urlText ?? context.given.url ?? context.local.pageUrl ?? usualUrl)
  const ca = options.ca ? await readCa(options.ca) : readLocalCa(url, context.local)
  const trust = ca ? { ca } : {}

  const apiKey = options.apiKey
    ? options.apiKey === '-'
      ? await readSecret(context.terminal)
      : options.apiKey
    : await createKey(createConnection({ url, ...trust }), context, options)
  const me = await createGateway(createConnection({ url, apiKey, ...trust })).getMe()

  const known = await context.credentials.read()
  await context.credentials.save({
    current: url,
    servers: {
      ...known.servers,
      [url]: { api_key: apiKey, email: me.email, ...(options.ca && ca ? { ca } : {}) },
    },
  })
  printLine(context.terminal.notes, `Signed in to ${url} as ${me.username}.`)
}

const createKey = async (connection: Connection, context: Context, options: LoginOptions): Promise<string> => {
  const { terminal, machine } = context
  const email = options.email ?? (await ask(terminal, 'E-mail', { instead: '--email' }))
  const password = options.passwordStdin
    ? await readSecret(terminal)
    : await ask(terminal, 'Password', { secret: true, instead: '--password-stdin' })

  const askCode = async (): Promise<string> =>
    options.code ?? (await ask(terminal, 'Code of your app, or a recovery code', { instead: '--code' }))
  const session = await openSession(connection, { email, password }, askCode)
  const made = await connection.askJson({
    method: 'POST',
    path: '/api/v1/keys',
    headers: session,
    json: { name: `cli ${machine}`.slice(0, 60) },
  })
  await connection.askJson({ method: 'POST', path: '/api/auth/sign-out', headers: session, json: {} })
  return readKey(made)
}

/** The headers that speak for a signed-in session: its cookies, and the origin that writes with cookies must name. */
const openSession = async (
  connection: Connection,
  account: { email: string; password: string },
  askCode: () => Promise<string>,
) => {
  const origin = new URL(connection.url).origin
  const first = await send(connection, { path: '/api/auth/sign-in/email', headers: { origin }, json: account })
  if (!first.needsCode) return { cookie: first.cookie, origin }
  const code = (await askCode()).replace(/\s/g, '')
  const way = /^\d{6}$/.test(code) ? 'verify-totp' : 'verify-backup-code'
  const headers = { cookie: first.cookie, origin }
  const { cookie } = await send(connection, { path: `/api/auth/two-factor/${way}`, headers, json: { code } })
  return { cookie, origin }
}

const send = async (
  connection: Connection,
  asked: Pick<Ask, 'path' | 'headers' | 'json'>,
): Promise<{ cookie: string; needsCode: boolean }> => {
  const { headers, body } = await connection.ask({ method: 'POST', ...asked, silenceMs: 60_000 })
  const isHalf = (await readText(body)).includes('"twoFactorRedirect":true')
  const cookie = (headers['set-cookie'] ?? []).map(line => line.split(';')[0]).join('; ')
  if (cookie === '') throw new AppError('internal', `${connection.url} accepted the password but opened no session.`)
  return { cookie, needsCode: isHalf }
}

const readKey = (answer: unknown): string => {
  if (typeof answer === 'object' && answer !== null && 'key' in answer && typeof answer.key === 'string')
    return answer.key
  throw new AppError('internal', 'The server made no API key.')
}

const readCa = async (file: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('invalid', `--ca: ${file} cannot be read (${cause.code}).`, { cause })
  })
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new AppError('invalid', `--ca: ${file} holds no certificate in PEM form.`)
  return text
}
