import { readdir, readFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, request as requestPlain } from 'node:http'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { ReleaseId } from '@parcela/core'
import { waitUntil } from '@parcela/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCertificate } from './edge-certificates.ts'
import { route } from './edge-conformance.ts'
import { type EdgeFixture, findFreePort, openEdgeFixture } from './edge-fixture.ts'
import { connectH2, visit, visitH2 } from './edge-visitor.ts'

/** Load is limited in edge-policies.test.ts; here a quick machine must not meet the limits. */
const share = { requestsPerSecond: 100_000, burst: 100_000, connections: 1_000 }
const roomy = { bodyMegabytes: 100, quietSeconds: 600, perClient: share, perService: share }

let fixture: EdgeFixture
let port = 0

beforeAll(async () => {
  fixture = await openEdgeFixture({ classes: { small: roomy, standard: roomy, large: roomy } })
  port = fixture.options.httpsPort
})

afterAll(() => fixture.close())

describe('what a visitor gets', () => {
  test('the release is told to the platform alone, and a site can neither claim one nor learn our token', async () => {
    const seen: IncomingHttpHeaders[] = []
    const { address, port: upstream } = await fixture.serve((asked, answer) => {
      seen.push(asked.headers)
      answer.setHeader('x-parcela-release', 'forged').end('here')
    })
    await fixture.edge.ensureRoute(
      route('secret', { upstream: { address, port: upstream }, release_id: 'rel_7' as ReleaseId }),
    )
    expect(await fixture.edge.request('secret.apps.localhost', '/', { timeoutMs: 5_000 })).toEqual({
      status: 200,
      release: 'rel_7',
    })
    const answer = await visit(port, 'secret.apps.localhost', '/', { headers: { 'x-parcela-verify': 'guess' } })
    expect(answer.body).toBe('here')
    expect(answer.headers['x-parcela-release']).toBeUndefined()
    expect(seen).toHaveLength(2)
    for (const headers of seen) expect(headers['x-parcela-verify']).toBeUndefined()
  })

  test('what visitors claim of where they come from is dropped', async () => {
    const { address, port: upstream } = await fixture.serve((asked, answer) =>
      answer.end(JSON.stringify(asked.headers)),
    )
    await fixture.edge.ensureRoute(route('claims', { upstream: { address, port: upstream } }))
    const { body } = await visit(port, 'claims.apps.localhost', '/', {
      headers: {
        'x-forwarded-for': '6.6.6.6',
        'x-real-ip': '6.6.6.6',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': 'evil.test',
        forwarded: 'for=6.6.6.6',
        proxy: 'http://evil.test',
      },
    })
    const headers = JSON.parse(body) as Record<string, string>
    expect(headers).toMatchObject({
      host: `claims.apps.localhost:${port}`,
      'x-forwarded-for': '127.0.0.1',
      'x-real-ip': '127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': `claims.apps.localhost:${port}`,
      'x-forwarded-port': String(port),
    })
    expect(headers.forwarded).toBeUndefined()
    expect(headers.proxy).toBeUndefined()
  })

  test.each([
    ['en-GB,en;q=0.9,es;q=0.8', 'en', 'There is no site here'],
    ['es-MX,es;q=0.9,en;q=0.8', 'es', 'Aquí no hay ningún sitio'],
    ['ca, gl;q=0.9, es;q=0.8, en;q=0.7', 'es', 'Aquí no hay ningún sitio'],
    ['fr-FR', 'en', 'There is no site here'],
  ])('an unknown name in %s answers 404 in %s', async (accept, language, title) => {
    const answer = await visit(port, 'unknown.apps.localhost', '/a?b', { headers: { 'accept-language': accept } })
    expect(answer.status).toBe(404)
    expect(answer.body).toContain(`<html lang="${language}">`)
    expect(answer.body).toContain(title)
    expect(answer.headers['retry-after']).toBeUndefined()
  })

  test.each([
    ['starting', 'Este sitio está arrancando', 'This site is starting'],
    ['stopped', 'Este sitio está en pausa', 'This site is resting'],
    ['failed', 'Este sitio no pudo arrancar', 'This site could not start'],
  ] as const)('a %s site says so in both languages, to any method', async (state, spanish, english) => {
    await fixture.edge.ensureRoute(route(`page-${state}`, { state }))
    const host = `page-${state}.apps.localhost`
    const es = await visit(port, host, '/', { headers: { 'accept-language': 'es' }, method: 'POST', body: 'x' })
    const en = await visit(port, host, '/some/file.js')
    expect([es.status, en.status]).toEqual([503, 503])
    expect(es.body).toContain(spanish)
    expect(en.body).toContain(english)
    expect(en.headers['retry-after']).toBe('5')
    expect(en.headers['cache-control']).toBe('no-store')
  })

  test('a site that broke answers 503 with a page, and its own error pages pass as they are', async () => {
    const { address, port: upstream } = await fixture.serve((asked, answer) => {
      answer.statusCode = Number(asked.url?.slice(1))
      answer.end(`own ${asked.url}`)
    })
    await fixture.edge.ensureRoute(route('own-pages', { upstream: { address, port: upstream } }))
    await fixture.edge.ensureRoute(route('broken', { upstream: { address: '127.0.0.1', port: await findFreePort() } }))
    for (const status of [404, 500, 502, 503]) {
      expect(await visit(port, 'own-pages.apps.localhost', `/${status}`)).toMatchObject({
        status,
        body: `own /${status}`,
      })
    }
    const broken = await visit(port, 'broken.apps.localhost', '/')
    expect(broken.status).toBe(503)
    expect(broken.body).toContain('This site is not answering')
  })

  test('a name that is no name reaches nothing', async () => {
    for (const host of ['../targets', 'a/b', 'a b', '-x', '_none', '.', '..']) {
      const { status } = await visit(port, 'x.apps.localhost', '/', { headers: { host } })
      expect([400, 404]).toContain(status)
    }
    expect((await visit(port, 'x.apps.localhost', '/.parcela-edge/starting.en.html')).status).toBe(404)
  })

  test('plain HTTP is sent to HTTPS at the right port, also on the HTTPS port itself', async () => {
    for (const at of [fixture.options.httpPort, port]) {
      const answer = await plain(at, 'hola.apps.localhost', '/a?b=c')
      expect(answer).toEqual({ status: 308, location: `https://hola.apps.localhost:${port}/a?b=c` })
    }
  })

  test("a site's own redirect to plain HTTP stays on HTTPS", async () => {
    const { address, port: upstream } = await fixture.serve((asked, answer) =>
      answer.writeHead(301, { location: `http://${asked.headers.host}/folder/` }).end(),
    )
    await fixture.edge.ensureRoute(route('folder', { upstream: { address, port: upstream } }))
    const { headers } = await visit(port, 'folder.apps.localhost', '/folder')
    expect(headers.location).toBe(`https://folder.apps.localhost:${port}/folder/`)
  })

  test('HTTP/2 is spoken', async () => {
    const { address, port: upstream } = await fixture.serve((_, answer) => answer.end('two'))
    await fixture.edge.ensureRoute(route('h2', { upstream: { address, port: upstream } }))
    const session = connectH2(port, 'h2.apps.localhost')
    expect(await visitH2(session, '/')).toEqual({ status: 200, body: 'two' })
    expect(session.alpnProtocol).toBe('h2')
    session.close()
  })

  test('WebSockets pass, in both directions', async () => {
    const { address, port: upstream, server } = await fixture.serve((_, answer) => answer.end())
    server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
      socket.on('data', data => socket.write(`echo ${data}`))
      socket.on('end', () => socket.end())
      socket.on('error', () => socket.destroy())
    })
    await fixture.edge.ensureRoute(route('socket', { upstream: { address, port: upstream } }))
    const asked = request({
      host: '127.0.0.1',
      port,
      servername: 'socket.apps.localhost',
      rejectUnauthorized: false,
      headers: { host: 'socket.apps.localhost', connection: 'Upgrade', upgrade: 'websocket' },
    }).end()
    const echoed = await new Promise((resolve, reject) => {
      asked.on('error', reject)
      asked.on('upgrade', (_, socket) => {
        socket.on('data', data => {
          resolve(String(data))
          socket.destroy()
        })
        socket.write('hello')
      })
    })
    expect(echoed).toBe('echo hello')
  })
})

describe('the panel', () => {
  test('events arrive when they are sent, and an upload is handed on while it comes, never stored', async () => {
    let received = 0
    const server = await fixture.serveGateway((asked, answer) => {
      if (asked.url === '/events')
        return void answer.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      asked.on('data', (part: Buffer) => {
        received += part.length
      })
      asked.on('end', () => answer.end(String(received)))
    })

    const events = request({
      host: '127.0.0.1',
      port,
      servername: 'panel.localhost',
      path: '/events',
      rejectUnauthorized: false,
      headers: { host: 'panel.localhost' },
    }).end()
    const first = await new Promise((resolve, reject) => {
      events.on('error', reject)
      events.on('response', answer => answer.once('data', data => resolve(String(data))))
    })
    expect(first).toBe('data: 1\n\n')
    events.destroy()

    const megabyte = Buffer.alloc(1024 * 1024)
    const upload = request({
      host: '127.0.0.1',
      port,
      servername: 'panel.localhost',
      path: '/up',
      method: 'POST',
      rejectUnauthorized: false,
      headers: { host: 'panel.localhost', 'content-length': 200 * megabyte.length },
    })
    const answered = new Promise<string>((resolve, reject) => {
      upload.on('error', reject)
      upload.on('response', answer => resolve(text(answer)))
    })
    for (let sent = 0; sent < 199; sent++) {
      if (!upload.write(megabyte)) await new Promise(resolve => upload.once('drain', resolve))
    }
    await waitUntil(() => received > 190 * megabyte.length, { timeoutMs: 10_000, what: 'the upload to be handed on' })
    expect(await readdir(join(fixture.options.directory, 'temporary/body'))).toEqual([])
    upload.end(megabyte)
    expect(await answered).toBe(String(200 * megabyte.length))
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })

  test('while the gateway is down, people get a page and programs get the error they can read', async () => {
    const page = await visit(port, 'panel.localhost', '/', {
      headers: { accept: 'text/html', 'accept-language': 'es' },
    })
    expect(page).toMatchObject({ status: 503 })
    expect(page.body).toContain('Parcela se está reiniciando')
    const program = await visit(port, 'panel.localhost', '/api/v1/services')
    expect(program.status).toBe(503)
    expect(JSON.parse(program.body).error.code).toBe('unavailable')
  })
})

describe('the access log', () => {
  test('has a JSON line for each visit, without what stood behind the question mark, and none for our own requests', async () => {
    const host = 'logged.apps.localhost'
    await fixture.edge.ensureRoute(route('logged', { state: 'stopped', release_id: 'rel_9' as ReleaseId }))
    await fixture.edge.request(host, '/own', { timeoutMs: 5_000 })
    await visit(port, host, '/page?token=secret', { headers: { 'user-agent': 'quote " and\ttab' } })
    const lines = await waitUntil(
      async () => {
        const text = await readFile(join(fixture.options.directory, 'log/edge-access.log'), 'utf8')
        const found = text.split('\n').filter(line => line.includes(host))
        return found.length > 0 && found
      },
      { timeoutMs: 5_000, what: 'the line in the log' },
    )
    expect(lines.map(line => JSON.parse(line))).toMatchObject([
      { host, path: '/page', status: 503, service: 'svc_logged', release: 'rel_9', user_agent: 'quote " and\ttab' },
    ])
  })
})

describe('changes under load', () => {
  test('no request fails while a route switches between two upstreams over and over', async () => {
    const [one, two] = [
      await fixture.serve((_, answer) => answer.end('one')),
      await fixture.serve((_, answer) => answer.end('two')),
    ]
    const switchTo = ({ address, port: upstream }: { address: string; port: number }) =>
      fixture.edge.ensureRoute(route('busy', { upstream: { address, port: upstream } }))
    await switchTo(one)
    const session = connectH2(port, 'busy.apps.localhost')
    const agent = new Agent({ keepAlive: true, maxSockets: 4 })
    const bodies: string[] = []
    let isDone = false
    const load = async (ask: () => Promise<{ status: number; body: string }>): Promise<void> => {
      while (!isDone) {
        const { status, body } = await ask()
        expect(status).toBe(200)
        bodies.push(body)
      }
    }
    const running = Promise.all([
      ...Array.from({ length: 4 }, () => load(() => visit(port, 'busy.apps.localhost', '/', { agent }))),
      ...Array.from({ length: 2 }, () => load(() => visitH2(session, '/'))),
    ])
    for (let turn = 0; turn < 100; turn++) {
      await switchTo(turn % 2 ? one : two)
      const answer = await visitH2(session, '/')
      expect(answer.body).toBe(turn % 2 ? 'one' : 'two')
    }
    isDone = true
    await running
    session.close()
    agent.destroy()
    expect(new Set(bodies)).toEqual(new Set(['one', 'two']))
  })
})

describe('certificates', () => {
  const weak = ['rsa:1024']

  test('one that nginx refuses never goes live, and does not stand in the way of others', async () => {
    const good = await makeCertificate(fixture.home, ['*.good.test'])
    const bad = await makeCertificate(fixture.home, ['*.bad.test'], weak)
    const [refused, accepted] = await Promise.allSettled([
      fixture.edge.ensureCertificates([bad]),
      fixture.edge.ensureCertificates([good]),
    ])
    expect(accepted.status).toBe('fulfilled')
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'rejected' } })
    const message = String(refused.status === 'rejected' && refused.reason.message)
    expect(message).toMatch(/^nginx refused the configuration: /)
    expect(message).not.toContain(fixture.home)
    expect((await fixture.edge.request('a.good.test', '/', { timeoutMs: 5_000 })).status).toBe(404)
    expect((await fixture.edge.request('a.apps.localhost', '/', { timeoutMs: 5_000 })).status).toBe(404)
  })

  test('a refused custom domain keeps the certificate that it had', async () => {
    await fixture.edge.ensureCertificates([await makeCertificate(fixture.home, ['custom.test'])])
    await expect(
      fixture.edge.ensureCertificates([await makeCertificate(fixture.home, ['custom.test'], weak)]),
    ).rejects.toMatchObject({ code: 'rejected' })
    expect((await fixture.edge.request('custom.test', '/', { timeoutMs: 5_000 })).status).toBe(404)
  })

  test.each([
    ['a key of another certificate', 'the key belongs to another certificate'],
    ['a name it does not cover', 'it does not cover other.test'],
    ['no certificate at all', 'the certificate or its key cannot be read'],
  ])('%s is refused with the reason', async (_, reason) => {
    const one = await makeCertificate(fixture.home, ['one.test'])
    const other = await makeCertificate(fixture.home, ['one.test'])
    const given = {
      'the key belongs to another certificate': { ...one, key: other.key },
      'it does not cover other.test': { ...one, names: ['other.test'] },
      'the certificate or its key cannot be read': { ...one, certificate: 'hello' },
    }[reason]
    await expect(fixture.edge.ensureCertificates(given ? [given] : [])).rejects.toThrow(reason)
  })

  test('an answer under a certificate of another authority is no answer', async () => {
    const { certificate } = await makeCertificate(fixture.home, ['*.apps.localhost'])
    const other = fixture.reopen({ ca: certificate })
    await expect(other.request('any.apps.localhost', '/', { timeoutMs: 5_000 })).rejects.toMatchObject({
      code: 'unavailable',
    })
  })

  test('the same ones again change nothing', async () => {
    const certificate = await makeCertificate(fixture.home, ['*.again.test'])
    await fixture.edge.ensureCertificates([certificate])
    const workers = await listWorkers()
    await fixture.edge.ensureCertificates([certificate])
    expect(await listWorkers()).toEqual(workers)
  })
})

const listWorkers = async (): Promise<string> => {
  const { pid } = await fixture.edge.check()
  return readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
}

const plain = (at: number, host: string, path: string): Promise<{ status: number; location: string | undefined }> =>
  new Promise((resolve, reject) => {
    const asked = requestPlain({ host: '127.0.0.1', port: at, path, headers: { host: `${host}:${at}` } })
    asked.on('error', reject)
    asked.on('response', answer => {
      answer.resume()
      resolve({ status: answer.statusCode ?? 0, location: answer.headers.location })
    })
    asked.end()
  })
