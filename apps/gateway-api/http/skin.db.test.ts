import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { gatewayRoutes, type Route } from '@parcela/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'
import { type Answer, origin } from '../testing/test-client.ts'
import { administrator, startInstallation, type TestInstallation } from '../testing/test-installation.ts'

let server: TestServer
let world: TestInstallation
let victim: { cookie: string; key: string; ask: ReturnType<TestInstallation['as']> }
let port: number

beforeAll(async () => {
  server = await startTestServer()
  world = await startInstallation(server)
  victim = await world.newPerson('victim')
  await world.app.listen({ port: 0, host: '127.0.0.1' })
  port = (world.app.server.address() as AddressInfo).port
})
afterAll(async () => {
  await world.close()
  await server.stop()
})

const host = new URL(origin).host
const evil = 'https://evil.example'
const seed = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 64, additional_requirements: {} }
const json = { 'content-type': 'application/json' }

/** Bytes as an attacker writes them, without a library that would correct them. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')))
    socket.on('data', chunk => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
    socket.write(bytes)
  })

const statusOf = (answer: string): number => Number(answer.split(' ')[1])

const addressOf = (number: number): Record<string, string> => ({ 'x-forwarded-for': `198.51.100.${number}` })

/** Every write of the contract that a session may ask for. */
const writes = Object.values(gatewayRoutes)
  .filter(({ method, permission }) => method !== 'GET' && permission !== 'public')
  .map(({ method, path }) => ({ method, url: `/api/v1${path.replaceAll(/\{\w+\}/g, 'x')}` }))

describe('a page of another site, in the browser of somebody who is signed in', () => {
  test.each([
    ['names itself', { origin: evil }],
    ['comes from a sandbox', { origin: 'null' }],
    ['names nothing', {}],
    ['names our host with another scheme', { origin: origin.replace('https', 'http') }],
    ['names our host with another port', { origin: 'https://parcela.localhost:9999' }],
    ['names a host that begins like ours', { origin: `${origin}.evil.example` }],
    ['names us in the referer only', { referer: `${origin}/services` }],
    ['names a tenant of ours', { origin: 'https://hola.apps.localhost:8443' }],
  ])('%s: no route takes a write with the cookie', async (_how, headers) => {
    for (const { method, url } of writes) {
      const answer = await world.send({ method, url, headers: { cookie: victim.cookie, ...headers } })
      expect([method, url, answer.status]).toEqual([method, url, 403])
      world.passTime(200)
    }
  })

  test.each(['/sign-out', '/change-password', '/two-factor/enable', '/passkey/delete-passkey'])(
    'cannot ask sign-in for %s',
    async path => {
      for (const from of [evil, 'null', undefined]) {
        const headers = { cookie: victim.cookie, ...json, ...(from ? { origin: from } : {}) }
        const { status } = await world.send({ method: 'POST', url: `/api/auth${path}`, headers, payload: '{}' })
        expect([from, status]).toEqual([from, 403])
      }
      expect((await world.fromPage(victim.cookie)('GET', '/api/v1/me')).status).toBe(200)
    },
  )

  test('cannot sign the browser in as the attacker by a form, which sends no JSON', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x']) {
      const payload = JSON.stringify({ email: 'victim@example.org', password: 'a good password' })
      const headers = { 'content-type': type, origin: evil }
      const answer = await world.send({ method: 'POST', url: '/api/auth/sign-in/email', headers, payload })
      expect([type, answer.status >= 400, answer.headers['set-cookie']]).toEqual([type, true, undefined])
    }
  })

  test('gets no permission to read answers, nor to send what needs one', async () => {
    for (const method of ['GET', 'OPTIONS', 'POST'] as const) {
      const headers = { cookie: victim.cookie, origin: evil, 'access-control-request-method': 'POST' }
      const answer = await world.send({ method, url: '/api/v1/services', headers })
      expect(Object.keys(answer.headers).filter(name => name.startsWith('access-control-'))).toEqual([])
    }
  })

  test('cannot open a WebSocket with the cookie', async () => {
    const upgrade = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13' }
    const headers = { ...upgrade, 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', cookie: victim.cookie }
    const ask = (from: string) =>
      world.send({ method: 'GET', url: '/api/v1/services', headers: { ...headers, origin: from } })
    expect((await ask(evil)).status).toBe(403)
    expect((await ask(origin)).status).toBe(200)
  })

  test('cannot frame the page, nor run a script in it', async () => {
    for (const url of ['/api/docs', '/api/v1/me', '/nothing']) {
      const { headers } = await world.send({ method: 'GET', url })
      const policy = Object.fromEntries(
        String(headers['content-security-policy'])
          .split(';')
          .map(part => part.trim().split(/ (.*)/s).slice(0, 2)),
      )
      expect(policy['script-src']).toBe("'self'")
      expect(policy['default-src']).toBe("'self'")
      expect(policy['object-src']).toBe("'none'")
      expect(policy['frame-ancestors']).toBe("'none'")
      expect(policy['base-uri']).toBe("'self'")
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(headers['referrer-policy']).toBe('same-origin')
    }
  })
})

describe('somebody in the network', () => {
  test('cannot bring a browser back to plain HTTP', async () => {
    const known = await startInstallation(server, { panelUrl: 'https://parcela.school.example' })
    const answer = await known.send({ method: 'GET', url: '/api/docs', headers: { host: 'parcela.school.example' } })
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000')
    await known.close()
    const { headers } = await world.send({ method: 'GET', url: '/api/docs' })
    expect(headers['strict-transport-security']).toBe('max-age=3600')
  })

  test('cannot set or read the session from another host or path, by script or in clear', async () => {
    const { headers } = await world.send({
      method: 'POST',
      url: '/api/auth/sign-in/email',
      payload: { email: 'victim@example.org', password: 'a good password' },
    })
    const cookies = [headers['set-cookie'] ?? []].flat().map(String)
    expect(cookies.length).toBeGreaterThan(0)
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-/)
      for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(attribute)
      expect(cookie).not.toMatch(/domain=/i)
    }
  })

  test('cannot use a session without its prefix, or one that they chose themselves', async () => {
    const bare = victim.cookie.replace('__Host-', '')
    const chosen = victim.cookie.replace(/=.*/, '=chosen.by-an-attacker')
    for (const cookie of [bare, chosen])
      expect((await world.send({ method: 'GET', url: '/api/v1/me', headers: { cookie } })).status).toBe(401)
    const payload = { email: 'victim@example.org', password: 'a good password' }
    const fixed = await world.send({
      method: 'POST',
      url: '/api/auth/sign-in/email',
      headers: { cookie: chosen, origin },
      payload,
    })
    expect(String(fixed.headers['set-cookie'])).not.toContain('chosen')
  })
})

describe('another name that points here', () => {
  test.each([
    'evil.example',
    'evil.example:8443',
    'parcela.localhost.evil.example:8443',
    'parcela.localhost:8443@evil.example',
    'hola.apps.localhost:8443',
    '127.0.0.1',
    'localhost',
    '[::1]:8443',
    '',
  ])('%j is told that this is not its server, on every path', async name => {
    for (const path of [
      '/',
      '/api/v1/me',
      '/api/auth/get-session',
      '/api/docs',
      '/assets/x.js',
      '/metrics',
      '/healthz?x',
    ]) {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`)
      expect([path, statusOf(answer)]).toEqual([path, 421])
    }
  })

  test('is not believed from the headers that proxies add', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': host, forwarded: `host=${host}` }
    expect((await world.send({ method: 'GET', url: '/api/docs', headers })).status).toBe(421)
    const other = { host, 'x-forwarded-host': 'evil.example' }
    const { text } = await world.send({ method: 'GET', url: '/api/v1/openapi.json', headers: other })
    expect(text).not.toContain('evil.example')
  })

  test('in the request line changes nothing', async () => {
    const line = `GET https://evil.example/api/v1/me HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
    expect(statusOf(await raw(line))).toBeGreaterThanOrEqual(400)
    const twice = `GET / HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`
    expect([400, 421, 404]).toContain(statusOf(await raw(twice)))
  })

  test('does not keep a monitor on the socket from asking', async () => {
    for (const url of ['/healthz', '/readyz'])
      expect((await world.send({ method: 'GET', url, headers: { host: '' } })).status).toBe(200)
  })
})

describe('somebody who guesses', () => {
  const guess = (email: string, from: number): Promise<Answer> =>
    world.send({
      method: 'POST',
      url: '/api/auth/sign-in/email',
      headers: addressOf(from),
      payload: { email, password: `wrong password ${Math.random()}` },
    })

  test('a password waits longer after each few, whether the account exists or not', async () => {
    const waits = async (email: string, from: number): Promise<number[]> => {
      const seconds: number[] = []
      for (let attempt = 0; attempt < 12; attempt += 1) {
        const { status, headers } = await guess(email, from)
        if (status !== 429) continue
        const wait = Number(headers['retry-after'])
        seconds.push(wait)
        world.passTime(wait * 1_000)
      }
      return seconds
    }
    const known = await waits('victim@example.org', 1)
    expect(known.length).toBeGreaterThan(1)
    expect(known).toEqual(known.toSorted((one, other) => one - other))
    expect(known.at(-1)).toBeGreaterThan(known[0] ?? 0)
    expect(await waits('nobody@example.org', 2)).toEqual(known)
    world.passTime(3_600_000)
  })

  test('which accounts exist learns it neither from the answer nor from its length', async () => {
    const shape = ({ status, text }: Answer) => [status, text.replace(/req_[\w-]+/, '')]
    expect(shape(await guess('victim@example.org', 3))).toEqual(shape(await guess('nobody@example.org', 4)))
  })

  test('API keys is stopped by address, and hears when to come again', async () => {
    const tries = await Promise.all(
      Array.from({ length: 80 }, (_, index) =>
        world.send({
          method: 'GET',
          url: '/api/v1/me',
          headers: { ...addressOf(5), authorization: `Bearer parcela_${'x'.repeat(40)}${index}` },
        }),
      ),
    )
    const busy = tries.find(({ status }) => status === 429)
    expect(Number(busy?.headers['retry-after'])).toBeGreaterThan(0)
    expect(busy?.body.error.code).toBe('busy')
    const stillBusy = await world.send({
      method: 'GET',
      url: '/api/v1/me',
      headers: { ...addressOf(5), authorization: 'Bearer x' },
    })
    expect(stillBusy.status).toBe(429)
    const elsewhere = { ...addressOf(6), authorization: `Bearer ${victim.key}` }
    expect((await world.send({ method: 'GET', url: '/api/v1/me', headers: elsewhere })).status).toBe(200)
  })

  test('gets no other address by writing one into a header', async () => {
    const other = await startInstallation(server)
    const tries: number[] = []
    for (let index = 0; index < 70; index += 1) {
      const headers = { 'x-forwarded-for': `203.0.113.${index}, 198.51.100.9`, 'x-real-ip': `203.0.113.${index}` }
      const answer = await other.send({
        method: 'GET',
        url: '/api/v1/me',
        headers: { ...headers, authorization: 'Bearer x' },
      })
      tries.push(answer.status)
    }
    expect(tries).toContain(429)
    await other.close()
  })

  test('gets no other address from the many of an IPv6 network', async () => {
    const tries: number[] = []
    for (let index = 1; index < 70; index += 1) {
      const headers = { 'x-forwarded-for': `2001:db8:7:7::${index.toString(16)}`, authorization: 'Bearer x' }
      tries.push((await world.send({ method: 'GET', url: '/api/v1/me', headers })).status)
    }
    expect(tries).toContain(429)
  })
})

describe('a program that asks without end', () => {
  const hammer = async (times: number, headers: Record<string, string>, url = '/api/v1/me'): Promise<Answer[]> =>
    Promise.all(Array.from({ length: times }, () => world.send({ method: 'GET', url, headers })))

  test('with a key is slowed down, and its person still has the page and another key', async () => {
    const busy = await world.newPerson('busy')
    const answers = await hammer(650, { authorization: `Bearer ${busy.key}` })
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(40)
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0)
    expect((await world.fromPage(busy.cookie)('GET', '/api/v1/me')).status).toBe(200)
    const second = await world.createKey(busy.cookie)
    expect((await world.as(second)('GET', '/api/v1/me')).status).toBe(200)
  })

  test('as one account with many keys is slowed down, too', async () => {
    const many = await world.newPerson('many')
    const keys = [many.key, await world.createKey(many.cookie), await world.createKey(many.cookie)]
    const answers = await Promise.all(keys.map(key => hammer(500, { authorization: `Bearer ${key}` })))
    expect(answers.flat().filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1_200)
    expect(answers.flat().some(({ status }) => status === 429)).toBe(true)
  })

  test('without a name is slowed down by its address, and others are not', async () => {
    const answers = await hammer(130, addressOf(20), '/api/v1/platform')
    expect(answers.at(-1)?.status).toBe(429)
    expect((await hammer(1, addressOf(21), '/api/v1/platform'))[0]?.status).toBe(200)
  })

  test('for the page is slowed down by its address', async () => {
    const answers = await hammer(6_050, addressOf(22), '/nothing.png')
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(0)
  })
})

describe('a body that does not end', () => {
  const megabytes = (count: number): string => `{"x":"${'a'.repeat(count * 1024 * 1024)}"}`
  const routes: Record<string, Route> = gatewayRoutes
  const takeJson = Object.entries(routes).filter(
    ([name, { method, body, bodyTypes }]) => method !== 'GET' && body && !bodyTypes && name !== 'createUpload',
  )

  test('is refused on every route that takes JSON', async () => {
    const admin = world.as(await world.createKey(await world.signIn(administrator.email, administrator.password)))
    const payload = megabytes(2)
    for (const [name, { method, path }] of takeJson) {
      const url = `/api/v1${path.replaceAll(/\{\w+\}/g, 'x')}`
      const { status, body } = await admin(method as 'POST', url, payload, json)
      expect([name, status, body.error.code]).toEqual([name, 413, 'too_large'])
    }
    const upload = await admin('POST', '/api/v1/uploads', megabytes(33), json)
    expect(upload.status).toBe(413)
    const service = await admin('POST', '/api/v1/services', payload, json)
    expect(service.status).toBe(413)
  })

  test('is refused on routes that take none, and by sign-in', async () => {
    const { status } = await victim.ask('POST', '/api/v1/services/x/actions/start', megabytes(2), json)
    expect(status).toBe(413)
    const auth = await world.send({
      method: 'POST',
      url: '/api/auth/sign-in/email',
      headers: json,
      payload: megabytes(1),
    })
    expect(auth.status).toBe(413)
  })

  test('is refused when it does not say how long it is', async () => {
    const chunk = `${(64 * 1024).toString(16)}\r\n${'a'.repeat(64 * 1024)}\r\n`
    const head = [
      'POST /api/v1/services HTTP/1.1',
      `Host: ${host}`,
      `Authorization: Bearer ${victim.key}`,
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
      'Connection: close',
    ]
    const answer = await raw(`${head.join('\r\n')}\r\n\r\n${chunk.repeat(20)}0\r\n\r\n`)
    expect(statusOf(answer)).toBe(413)
  })

  test('is not unpacked', async () => {
    const headers = { ...json, 'content-encoding': 'gzip' }
    const { status } = await victim.ask('POST', '/api/v1/services', Buffer.from([0x1f, 0x8b, 8, 0]), headers)
    expect(status).toBe(400)
  })
})

describe('somebody who looks for weak spots', () => {
  const revealing =
    /node_modules|\bat .+:\d+:\d+|\/root\/|\/work\/|fastify|better-auth|postgres|kysely|zod|node\.js|"stack"/i

  test('learns nothing about what answers, however the request is broken', async () => {
    const odd = [
      'GARBAGE\r\n\r\n',
      `GET /%ZZ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
      `POST /api/v1/services HTTP/1.1\r\nHost: ${host}\r\nContent-Length: x\r\n\r\n`,
      `POST /api/v1/services HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      `TRACE / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      `GET / HTTP/9.9\r\nHost: ${host}\r\n\r\n`,
      `PROPFIND / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    ]
    for (const bytes of odd) {
      const answer = await raw(bytes)
      if (answer === '') continue
      expect(statusOf(answer), bytes.slice(0, 40)).toBeGreaterThanOrEqual(400)
      expect(answer).not.toMatch(revealing)
      expect(answer).not.toMatch(/^(server|x-powered-by|via):/im)
    }
  })

  test('reads an error in one shape only, with an id that is ours', async () => {
    const mine = { 'x-request-id': 'mine', 'request-id': 'mine' }
    const asked = [
      { method: 'GET', url: '/api/v1/nothing' },
      { method: 'GET', url: '/api/v1/me' },
      {
        method: 'POST',
        url: '/api/v1/services',
        payload: '{',
        headers: { ...json, authorization: `Bearer ${victim.key}` },
      },
      { method: 'GET', url: `/api/v1/services/${'a'.repeat(400)}` },
      { method: 'DELETE', url: '/api/v1/me' },
      { method: 'GET', url: '/api/v1/services?limit=1&limit=2', headers: { authorization: `Bearer ${victim.key}` } },
      { method: 'GET', url: '/api/v1/services?__proto__[x]=1', headers: { authorization: `Bearer ${victim.key}` } },
    ] as const
    for (const { method, url, ...rest } of asked) {
      const headers = { ...mine, ...('headers' in rest ? rest.headers : {}) }
      const { body, text, headers: answered, status } = await world.send({ method, url, ...rest, headers })
      if (status < 400) continue
      expect(Object.keys(body)).toEqual(['error'])
      expect(body.error.request_id).toMatch(/^req_[\w-]{12}$/)
      expect(answered['x-request-id']).toBe(body.error.request_id)
      expect(text).not.toMatch(revealing)
    }
  })

  test('cannot poison a prototype with a body', async () => {
    for (const payload of ['{"__proto__":{"is_administrator":true}}', '{"constructor":{"prototype":{"x":1}}}']) {
      const { status } = await victim.ask('POST', '/api/v1/services', payload, json)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(({} as { x?: number; is_administrator?: boolean }).is_administrator).toBeUndefined()
    }
  })

  test('finds no API answer in a cache', async () => {
    for (const url of ['/api/v1/me', '/api/v1/platform', '/api/auth/get-session'])
      expect((await world.send({ method: 'GET', url })).headers['cache-control']).toContain('no-store')
  })

  test('gets nothing more from a service by asking for what is not theirs', async () => {
    const made = await victim.ask('POST', '/api/v1/services', { ...seed, name: 'de-victima' })
    const attacker = await world.newPerson('attacker')
    const missing = await attacker.ask('GET', '/api/v1/services/svc_00000000000000000000000000')
    const foreign = await attacker.ask('GET', `/api/v1/services/${made.body.id}`)
    const plain = ({ status, text }: Answer) => [status, text.replace(/req_[\w-]+/, '')]
    expect(plain(foreign)).toEqual(plain(missing))
  })
})
