import type { FastifyInstance, InjectOptions } from 'fastify'

const host = 'parcela.localhost:8443'

export const origin = `https://${host}`

export type Answer = { status: number; body: Body; headers: Record<string, unknown>; text: string }

/** What tests read of any answer; each asserts the fields that it expects. */
type Body = Record<string, unknown> & {
  error: {
    code: string
    message: string
    fields: Record<string, string>
    request_id: string
    details: Record<string, unknown>
  }
}

/** Requests as the edge would hand them on. */
export const createTestClient = (app: FastifyInstance) => {
  const send = async (options: InjectOptions): Promise<Answer> => {
    const response = await app.inject({ ...options, headers: { host, ...options.headers } })
    const isJson = String(response.headers['content-type'] ?? '').startsWith('application/json')
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.payload,
      body: (isJson && response.payload !== '' ? JSON.parse(response.payload) : {}) as Body,
    }
  }
  const signIn = async (email: string, password: string): Promise<string> =>
    cookieOf(await send({ method: 'POST', url: '/api/auth/sign-in/email', payload: { email, password } }))
  const signUp = async (email: string, more: Record<string, unknown> = {}): Promise<string> =>
    cookieOf(
      await send({
        method: 'POST',
        url: '/api/auth/sign-up/email',
        payload: { email, name: email, password: 'a good password', ...more },
      }),
    )
  const createKey = async (cookie: string): Promise<string> => {
    const { body } = await send({
      method: 'POST',
      url: '/api/v1/keys',
      headers: { cookie, origin },
      payload: { name: 'tests' },
    })
    return String(body.key)
  }
  /** Sends as the holder of an API key. */
  const as =
    (key: string) =>
    (
      method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      url: string,
      payload?: object | string | Buffer,
      headers: Record<string, string> = {},
    ) =>
      send({
        method,
        url,
        ...(payload === undefined ? {} : { payload }),
        headers: { authorization: `Bearer ${key}`, ...headers },
      })

  return {
    send,
    signIn,
    signUp,
    createKey,
    as,
    /** A new person with an API key. */
    newPerson: async (username: string) => {
      const cookie = await signUp(`${username}@example.org`, { username })
      const key = await createKey(cookie)
      return { cookie, key, ask: as(key) }
    },
  }
}

export const cookieOf = ({ headers }: Pick<Answer, 'headers'>): string =>
  [headers['set-cookie'] ?? []]
    .flat()
    .map(cookie => String(cookie).split(';')[0])
    .join('; ')
