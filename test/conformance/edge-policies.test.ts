import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, request as requestPlain } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { defaultPolicy, type ReleaseId, type Route, type RoutePolicy } from '@parcela/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { route } from './edge-conformance.ts'
import { type EdgeFixture, findFreePort, openEdgeFixture } from './edge-fixture.ts'
import { type Answer, connectH2, visit } from './edge-visitor.ts'

const share = { requestsPerSecond: 1_000, burst: 1_000, connections: 100 }
const classes = {
  small: {
    bodyMegabytes: 1,
    quietSeconds: 1,
    perClient: { ...share, requestsPerSecond: 1, burst: 4 },
    perService: share,
  },
  standard: { bodyMegabytes: 2, quietSeconds: 60, perClient: { ...share, connections: 2 }, perService: share },
  large: {
    bodyMegabytes: 4,
    quietSeconds: 60,
    perClient: share,
    perService: { requestsPerSecond: 1, burst: 4, connections: 100 },
  },
}

let fixture: EdgeFixture
let https = 0
let http = 0

beforeAll(async () => {
  fixture = await openEdgeFixture({ classes })
  await fixture.edge.stop()
  fixture.edge = fixture.reopen({ acmeWebroot: join(fixture.home, 'acme') })
  await fixture.edge.start()
  https = fixture.options.httpsPort
  http = fixture.options.httpPort
})

afterAll(() => fixture.close())

const policy = (changes: Partial<RoutePolicy>): RoutePolicy => ({ ...defaultPolicy, ...changes })

/** A site that answers with what it was asked. */
const echo = async (name: string, changes: Partial<Route> = {}): Promise<string> => {
  const { address, port } = await fixture.serve((asked, answer) => {
    let size = 0
    asked.on('data', (part: Buffer) => {
      size += part.length
    })
    asked.on('end', () => answer.end(JSON.stringify({ url: asked.url, headers: asked.headers, size })))
    // A body that the edge cut off.
    asked.on('error', () => answer.destroy())
  })
  await fixture.edge.ensureRoute(route(name, { upstream: { address, port }, ...changes }))
  return `${name}.apps.localhost`
}

describe('plain HTTP', () => {
  test('is sent on to HTTPS, unless the route says otherwise', async () => {
    const host = await echo('forced')
    expect(await plain(host, '/a?b=c')).toMatchObject({
      status: 308,
      headers: { location: `https://${host}:${https}/a?b=c` },
    })
    await echo('forced', { policy: policy({ https_redirect: false }) })
    const answer = await plain(host, '/a%2Fb//c?d=%20e', { 'x-forwarded-proto': 'https', 'x-forwarded-for': '6.6.6.6' })
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toMatchObject({
      url: '/a%2Fb//c?d=%20e',
      headers: {
        host: `${host}:${http}`,
        'x-forwarded-proto': 'http',
        'x-forwarded-port': String(http),
        'x-forwarded-for': '127.0.0.1',
      },
    })
    expect((await fixture.edge.request(host, '/', { timeoutMs: 5_000, scheme: 'http' })).status).toBe(200)
  })

  test('gets the same pages where it is answered', async () => {
    const answers = policy({ https_redirect: false })
    await fixture.edge.ensureRoute(route('plain-page', { state: 'maintenance', policy: answers }))
    const page = await plain('plain-page.apps.localhost', '/', { 'accept-language': 'es' })
    expect(page).toMatchObject({ status: 503 })
    expect(page.body).toContain('Este sitio está en obras')
  })

  test('is answered for a name without any certificate', async () => {
    await echo('bare', { host: 'bare.example.test', policy: policy({ https_redirect: false }) })
    expect((await fixture.edge.request('bare.example.test', '/', { timeoutMs: 5_000, scheme: 'http' })).status).toBe(
      200,
    )
  })
})

test('a link that a version without policies left is served as it was then', async () => {
  const { address, port } = await fixture.serve((_, answer) => answer.end('as before'))
  const entry = `serving,${address}:${port},rel_1,svc_before`
  await writeFile(join(fixture.options.directory, 'targets', entry), '')
  await symlink(`../targets/${entry}`, join(fixture.options.directory, 'routes/before.apps.localhost'))
  expect(await fixture.edge.request('before.apps.localhost', '/', { timeoutMs: 5_000 })).toEqual({
    status: 200,
    release: 'rel_1',
  })
  expect((await plain('before.apps.localhost', '/')).status).toBe(308)
})

describe('a redirection', () => {
  test.each(['http', 'https'] as const)('over %s keeps path and query, and the release is told', async scheme => {
    await fixture.edge.ensureRoute(
      route('apex', { state: 'redirect', redirect_to: 'www.example.test', release_id: 'rel_3' as ReleaseId }),
    )
    const host = 'apex.apps.localhost'
    const answer = scheme === 'http' ? await plain(host, '/a//b?c=%2F') : await visit(https, host, '/a//b?c=%2F')
    expect(answer.status).toBe(308)
    expect(answer.headers.location).toBe(`https://www.example.test:${https}/a//b?c=%2F`)
    expect(await fixture.edge.request(host, '/', { timeoutMs: 5_000 })).toEqual({ status: 308, release: 'rel_3' })
  })
})

describe('HSTS', () => {
  const hsts = policy({ hsts: true, https_redirect: false })
  const header = 'strict-transport-security'

  test('is said for a year, over TLS alone, with pages and redirections too', async () => {
    const host = await echo('hsts', { policy: hsts })
    expect((await visit(https, host, '/')).headers[header]).toBe('max-age=31536000')
    expect((await plain(host, '/')).headers[header]).toBeUndefined()
    await fixture.edge.ensureRoute(route('hsts', { state: 'stopped', policy: hsts }))
    expect((await visit(https, host, '/')).headers[header]).toBe('max-age=31536000')
    expect((await plain(host, '/')).headers[header]).toBeUndefined()
    await fixture.edge.ensureRoute(route('hsts', { state: 'redirect', redirect_to: 'www.example.test', policy: hsts }))
    expect((await visit(https, host, '/')).headers[header]).toBe('max-age=31536000')
  })

  test('is not said where it is not asked for', async () => {
    const host = await echo('no-hsts')
    expect((await visit(https, host, '/')).headers[header]).toBeUndefined()
  })

  test("is the site's own where it has one, once, and never without TLS", async () => {
    const { address, port } = await fixture.serve((_, answer) => answer.setHeader(header, 'max-age=5').end())
    await fixture.edge.ensureRoute(route('own-hsts', { upstream: { address, port }, policy: hsts }))
    expect((await visit(https, 'own-hsts.apps.localhost', '/')).headers[header]).toBe('max-age=5')
    expect((await plain('own-hsts.apps.localhost', '/')).headers[header]).toBeUndefined()
  })
})

describe('ACME challenges', () => {
  const folder = (): string => join(fixture.home, 'acme/.well-known/acme-challenge')

  test('are answered for every host over plain HTTP, and a site is never asked', async () => {
    await writeFile(join(folder(), 'token_-1'), 'token.thumbprint')
    const site = await echo('challenged', { policy: policy({ https_redirect: false }) })
    for (const host of [site, 'panel.localhost', 'no.route.test']) {
      expect(await plain(host, '/.well-known/acme-challenge/token_-1')).toMatchObject({
        status: 200,
        body: 'token.thumbprint',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      })
      expect((await plain(host, '/.well-known/acme-challenge/missing')).status).toBe(404)
    }
  })

  test('nothing but a token is shown: no list, no folder, no link, no other name', async () => {
    await mkdir(join(folder(), 'folder'))
    for (const name of ['folder/token', 'a.txt', 'a'.repeat(129), '../../secret']) {
      await writeFile(join(folder(), name), 'secret')
    }
    await symlink('../../secret', join(folder(), 'link'))
    const names = ['', 'a.txt', 'folder', 'folder/', 'folder/token', 'link', '%00', 'a'.repeat(129)]
    for (const name of names) {
      const answer = await plain('no.route.test', `/.well-known/acme-challenge/${name}`)
      expect(answer.status, name).toBeGreaterThanOrEqual(400)
      expect(answer.body).not.toContain('secret')
    }
    expect((await plain('no.route.test', '/.well-known/acme-challenge/..%2f..%2fsecret')).status).toBe(308)
  })

  test('those that reach a further edge are answered by the main one, asked for the host and the token alone', async () => {
    const asked: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders }[] = []
    const { port } = await fixture.serve(({ method, url, headers }, answer) => {
      asked.push({ method, url, headers })
      answer.end('token.thumbprint')
    })
    await fixture.edge.stop()
    fixture.edge = fixture.reopen({ challengeUpstream: `http://127.0.0.1:${port}` })
    await fixture.edge.start()

    expect(
      await plain('www.tienda.test', '/.well-known/acme-challenge/token_-1?x=1', { cookie: 'a=b', 'x-other': 'y' }),
    ).toMatchObject({ status: 200, body: 'token.thumbprint' })
    expect(asked).toEqual([
      {
        method: 'GET',
        url: '/.well-known/acme-challenge/token_-1',
        headers: { host: 'www.tienda.test', connection: 'close', 'x-parcela-challenge': 'relayed' },
      },
    ])
    for (const name of ['', 'a.txt', 'a'.repeat(129), 'a%20b'])
      expect((await plain('www.tienda.test', `/.well-known/acme-challenge/${name}`)).status, name).toBe(404)
    const again = { 'x-parcela-challenge': 'relayed' }
    expect((await plain('www.tienda.test', '/.well-known/acme-challenge/round', again)).status).toBe(404)
    expect(asked).toHaveLength(1)
  })

  test('while the main edge does not answer, a further one says so, and serves its sites', async () => {
    await fixture.edge.stop()
    fixture.edge = fixture.reopen({ challengeUpstream: `http://127.0.0.1:${await findFreePort()}` })
    await fixture.edge.start()
    expect((await plain('www.tienda.test', '/.well-known/acme-challenge/token')).status).toBe(503)
    const site = await echo('beside', { policy: policy({ https_redirect: false }) })
    expect((await plain(site, '/')).status).toBe(200)
    await fixture.edge.stop()
    fixture.edge = fixture.reopen({ acmeWebroot: join(fixture.home, 'acme') })
    await fixture.edge.start()
  })
})

describe('the limits of a class', () => {
  const megabyte = 'x'.repeat(1024 * 1024)

  test.each([
    ['small', 1],
    ['standard', 2],
    ['large', 4],
  ] as const)(
    '%s takes bodies of %i MB and no larger ones, with a length, in chunks and over HTTP/2',
    async (edge_class, megabytes) => {
      // A class without the rates that other tests run into.
      const host = await echo(`body-${edge_class}`, { policy: policy({ edge_class }) })
      const sized = megabyte.repeat(megabytes)
      expect(JSON.parse((await visit(https, host, '/', { method: 'POST', body: sized })).body).size).toBe(sized.length)
      const large = await visit(https, host, '/', {
        method: 'POST',
        body: `${sized}x`,
        headers: { 'accept-language': 'es', 'content-length': String(sized.length + 1) },
      })
      expect(large.status).toBe(413)
      expect(large.body).toContain('Eso es demasiado grande')
      expect(await postChunked(host, sized)).toContain(`"size":${sized.length}`)
      expect(await postChunked(host, `${sized}x`)).toMatch(/^HTTP\/1\.1 413 /)
      expect(await postH2(host, `${sized}x`)).toBe(413)
    },
  )

  test('a client that asks too often is told so in its language, and when to come again; others and the platform are not', async () => {
    const host = await echo('often', { policy: policy({ edge_class: 'small' }) })
    const answers: Answer[] = []
    for (let turn = 0; turn < 12; turn++) {
      answers.push(await visit(https, host, '/', { headers: { 'accept-language': 'es' } }))
    }
    const refused = answers.find(({ status }) => status === 429)
    expect(refused?.headers['retry-after']).toBe('5')
    expect(refused?.body).toContain('Demasiado a la vez')
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(5)
    expect((await plain(host, '/', {}, '127.0.0.2')).status).toBe(308)
    await echo('often', { policy: policy({ edge_class: 'small', https_redirect: false }) })
    expect((await plain(host, '/', {}, '127.0.0.2')).status).toBe(200)
    for (let turn = 0; turn < 12; turn++) {
      expect((await fixture.edge.request(host, '/', { timeoutMs: 5_000 })).status).toBe(200)
    }
    const other = await echo('less-often', { policy: policy({ edge_class: 'small' }) })
    expect((await visit(https, other, '/')).status).toBe(200)
  })

  test('many clients together may ask a service only so often', async () => {
    const host = await echo('crowd', { policy: policy({ edge_class: 'large', https_redirect: false }) })
    const statuses: number[] = []
    for (let client = 1; client <= 12; client++) statuses.push((await plain(host, '/', {}, `127.0.1.${client}`)).status)
    expect(statuses).toContain(200)
    expect(statuses).toContain(429)
  })

  test('a client has only so many requests under way', async () => {
    const { address, port } = await fixture.serve((asked, answer) => {
      if (asked.url === '/now') answer.end('now')
      else answer.write('waiting')
    })
    await fixture.edge.ensureRoute(route('held', { upstream: { address, port } }))
    const held = await Promise.all([1, 2].map(() => openStream('held.apps.localhost')))
    expect((await visit(https, 'held.apps.localhost', '/now')).status).toBe(429)
    for (const { close } of held) close()
    await expect
      .poll(async () => (await visit(https, 'held.apps.localhost', '/now')).status, { timeout: 5_000 })
      .toBe(200)
  })

  test('a site that is silent for too long is given up, a stream of events or a WebSocket is not', async () => {
    const { address, port, server } = await fixture.serve((asked, answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' })
      answer.write('first')
      if (asked.url === '/late') setTimeout(() => answer.end(' last'), 2_500)
    })
    server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
      const timer = setTimeout(() => socket.end('late word'), 2_500)
      socket.on('error', () => clearTimeout(timer))
    })
    await fixture.edge.ensureRoute(
      route('silent', { upstream: { address, port }, policy: policy({ edge_class: 'small' }) }),
    )
    const host = 'silent.apps.localhost'
    const [cut, stream, socket] = await Promise.all([
      visit(https, host, '/late').then(
        ({ body }) => body,
        (error: Error) => error.message,
      ),
      visit(https, host, '/late', { headers: { accept: 'text/event-stream' } }),
      rawTls(host, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`),
    ])
    expect(cut).not.toContain('last')
    expect(stream.body).toBe('first last')
    expect(socket).toContain('late word')
  })
})

describe('hygiene', () => {
  test('what is meant for one connection alone stays there, and names with underscores pass for nothing', async () => {
    const host = await echo('hops')
    const { body } = await visit(https, host, '/', {
      headers: {
        connection: 'close, x-forwarded-for',
        te: 'trailers',
        'keep-alive': 'timeout=5',
        'proxy-connection': 'keep-alive',
        'proxy-authorization': 'Basic x',
        upgrade: 'h2c',
        x_forwarded_for: '6.6.6.6',
      },
    })
    const headers = JSON.parse(body).headers as IncomingHttpHeaders
    expect(headers['x-forwarded-for']).toBe('127.0.0.1')
    expect(headers.connection).toBe('close')
    for (const name of ['te', 'keep-alive', 'proxy-connection', 'proxy-authorization', 'upgrade', 'x_forwarded_for']) {
      expect(headers[name], name).toBeUndefined()
    }
  })

  test('a site cannot steer the edge or offer another protocol', async () => {
    const { address, port } = await fixture.serve((_, answer) =>
      answer
        .setHeader('x-accel-redirect', '/.parcela-edge/starting.en.html')
        .setHeader('x-accel-limit-rate', '1')
        .setHeader('upgrade', 'h2c')
        .end('itself'),
    )
    await fixture.edge.ensureRoute(route('steering', { upstream: { address, port } }))
    const answer = await visit(https, 'steering.apps.localhost', '/')
    expect(answer.body).toBe('itself')
    expect(answer.headers.upgrade).toBeUndefined()
  })

  test('cookies that grew too large, and what is no HTTP, are answered with a page', async () => {
    const host = await echo('cookies')
    const cookie = `a=${'b'.repeat(20_000)}`
    const answer = await visit(https, host, '/', { headers: { cookie } })
    expect(answer.status).toBe(400)
    expect(answer.body).toContain('This request cannot be read')
    const program = await visit(https, 'panel.localhost', '/', { headers: { cookie } })
    expect(JSON.parse(program.body).error.code).toBe('invalid')
    expect(await rawTls(host, 'hello\r\n\r\n')).toContain('This request cannot be read')
  })

  test('a page of the edge cannot be asked for by its own address, nor a class', async () => {
    const host = await echo('internal')
    for (const path of ['/.parcela-edge/large-request', '/.parcela-edge/busy.es.html']) {
      expect((await visit(https, host, path)).status).toBe(404)
      await fixture.edge.ensureRoute(
        route('internal-plain', { policy: policy({ https_redirect: false }), state: 'stopped' }),
      )
      expect((await plain('internal-plain.apps.localhost', path)).status).toBe(404)
    }
  })
})

const plain = (
  host: string,
  path: string,
  headers: Record<string, string> = {},
  localAddress?: string,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = requestPlain({
      host: '127.0.0.1',
      port: http,
      path,
      headers: { host: `${host}:${http}`, ...headers },
      agent: false,
      ...(localAddress === undefined ? {} : { localAddress }),
    })
    asked.on('error', reject)
    asked.on('response', async answer =>
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) }),
    )
    asked.end()
  })

/** A body without a length, as a program sends what it makes on the way. Answers all that comes back. */
const postChunked = (host: string, body: string): Promise<string> => {
  const head = `POST / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`
  return rawTls(host, `${head}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)
}

/** The status of a POST whose length is not announced. */
const postH2 = (host: string, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const session = connectH2(https, host)
    const stream = session.request({ ':path': '/', ':method': 'POST' })
    stream.on('response', headers => {
      resolve(headers[':status'] ?? 0)
      session.destroy()
    })
    stream.on('error', reject)
    stream.end(body)
  })

const rawTls = (host: string, sent: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let received = ''
    const socket = connectTls({ host: '127.0.0.1', port: https, servername: host, rejectUnauthorized: false })
    socket.setEncoding('utf8')
    socket.on('data', part => {
      received += part
    })
    // A server that refuses may close before all was sent; what it said is what counts.
    socket.on('error', error => (received === '' ? reject(error) : resolve(received)))
    socket.on('close', () => resolve(received))
    socket.write(sent)
  })

const openStream = (host: string): Promise<{ close: () => void }> =>
  new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port: https, servername: host, rejectUnauthorized: false })
    socket.on('error', reject)
    socket.once('data', () => resolve({ close: () => socket.destroy() }))
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  })
