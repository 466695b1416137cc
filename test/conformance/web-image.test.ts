import { createHash, randomBytes } from 'node:crypto'
import { type IncomingHttpHeaders, request } from 'node:http'
import type { ServiceId, TeamId } from '@parcela/core'
import { silentLog, waitUntil } from '@parcela/kit'
import { createDockerRuntime } from '@parcela/runtime-docker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDockerWorld, socketPath, webRecipe } from './docker-world.ts'
import { type RuntimeWorld, removeEverything } from './runtime.ts'

const long = 'All work and no play makes a page compressible. '.repeat(200)

/** Two releases of one site: `page.html` has the same size and other content, the rest is the same. */
const firstRelease: Record<string, string> = {
  'index.html': '<h1>front</h1>',
  'page.html': `one ${long}`,
  'style.css': `/* ñ */ ${long}`,
  'app.0a1b2c3d.js': 'export {}',
  'foto-20240101.jpg': 'not really',
  'módulo.mjs': 'export {}',
  'site.webmanifest': '{}',
  'data.json': '{}',
  'plot.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'font.woff2': 'x',
  'run.php': '<?php phpinfo();',
  'run.cgi': '#!/bin/sh\necho; id',
  'page.shtml': '<!--#exec cmd="id" -->',
  'folder/other.html': 'other',
  'folder/inner/index.html': 'inner',
  '.env': 'SECRET=1',
  '.git/config': '[core]',
  'folder/.hidden/file.txt': 'hidden',
  'closed/page.html': 'closed',
  'closed/.htaccess': 'Require all denied',
  'formerly-closed/page.html': 'closed',
  'formerly-closed/.htaccess': 'Order allow,deny\nDeny from all',
  'password/page.html': 'closed',
  'password/.htaccess': 'AuthType Basic\nAuthUserFile /srv/www/password/.htpasswd\nRequire valid-user',
  '.well-known/security.txt': 'Contact: mailto:a@b.example',
  '.htaccess': [
    'Redirect permanent /old /new.html',
    'RedirectMatch 302 ^/blog/(.*)$ https://elsewhere.example/$1',
    'Header set X-Site "yes"',
    '<FilesMatch "\\.json$">',
    'Header set Access-Control-Allow-Origin "*"',
    '</FilesMatch>',
    '<IfModule mod_rewrite.c>',
    'RewriteEngine On',
    'RewriteRule ^page.html$ /index.html [L]',
    '</IfModule>',
    'Options +Indexes +ExecCGI +Includes +FollowSymLinks',
    'AddHandler cgi-script .cgi',
    'AddOutputFilter INCLUDES .shtml',
    'SetHandler server-status',
    'NoSuchDirective at all',
  ].join('\n'),
}
const secondRelease = { ...firstRelease, 'page.html': `two ${long}`, '404.html': '<h1>own lost page</h1>' }

type Answer = { status: number; headers: IncomingHttpHeaders; body: string }

let world: RuntimeWorld
let first: number
let second: number

beforeAll(async () => {
  const platform = `web${randomBytes(4).toString('hex')}`
  world = await createDockerWorld({
    runtime: createDockerRuntime({ socketPath, platform, log: silentLog }),
    unreachable: createDockerRuntime({ socketPath: '/nonexistent/docker.sock', platform, log: silentLog }),
    platform,
  })
  first = await publish(1, firstRelease)
  second = await publish(2, secondRelease)
})
afterAll(async () => {
  if (!world) return
  await removeEverything(world.runtime)
  await world.end()
})

test('the front page is HTML in UTF-8, revalidated at every visit, and the server says little of itself', async () => {
  const { status, headers, body } = await ask(first, '/')
  expect([status, body]).toEqual([200, '<h1>front</h1>'])
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    server: 'Apache',
    etag: expect.stringMatching(/^"[0-9a-f-]+"$/),
  })
  expect(headers['last-modified']).toBeUndefined()
})

test('files have the type that browsers expect', async () => {
  const types: Record<string, string> = {
    '/style.css': 'text/css; charset=utf-8',
    '/app.0a1b2c3d.js': 'text/javascript; charset=utf-8',
    [encodeURI('/módulo.mjs')]: 'text/javascript; charset=utf-8',
    '/site.webmanifest': 'application/manifest+json; charset=utf-8',
    '/data.json': 'application/json; charset=utf-8',
    '/plot.svg': 'image/svg+xml; charset=utf-8',
    '/font.woff2': 'font/woff2',
  }
  for (const [path, type] of Object.entries(types))
    expect((await ask(first, path)).headers['content-type'], path).toBe(type)
})

test('names that carry a hash are kept for ever, dates are no hash, pictures are kept for minutes', async () => {
  const kept = async (path: string) => (await ask(first, path)).headers['cache-control']
  expect(await kept('/app.0a1b2c3d.js')).toContain('immutable')
  expect(await kept('/foto-20240101.jpg')).toBe('public, max-age=300')
  expect(await kept('/style.css')).toBe('no-cache')
})

test('an ETag stays while the content does, and changes with it although size and name are the same', async () => {
  const tag = async (port: number, path: string) => (await ask(port, path)).headers.etag
  expect(await tag(second, '/style.css')).toBe(await tag(first, '/style.css'))
  expect(await tag(second, '/page.html')).not.toBe(await tag(first, '/page.html'))
})

test('pages are compressed as the visitor accepts, and an unchanged one is answered with 304 also then', async () => {
  for (const encoding of ['br', 'gzip']) {
    const compressed = await ask(first, '/page.html', { 'accept-encoding': encoding })
    expect(compressed.headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' })
    expect(compressed.body.length).toBeLessThan(long.length / 4)
    const again = { 'accept-encoding': encoding, 'if-none-match': compressed.headers.etag ?? '' }
    expect((await ask(first, '/page.html', again)).status).toBe(304)
    expect((await ask(second, '/page.html', again)).status).toBe(200)
  }
  expect((await ask(first, '/page.html')).headers['content-encoding']).toBeUndefined()
})

test('what is missing is 404, with a page of ours or the own one of the site', async () => {
  const ours = await ask(first, '/missing')
  expect([ours.status, ours.body]).toEqual([404, expect.stringContaining('Esta página no existe')])
  const own = await ask(second, '/missing')
  expect([own.status, own.body]).toEqual([404, '<h1>own lost page</h1>'])
})

test('a folder without index.html shows no listing', async () => {
  const { status, body } = await ask(first, '/folder/')
  expect(status).toBe(404)
  expect(body).not.toContain('other.html')
})

test('a folder asked for without its slash is redirected to the address that the visitor used', async () => {
  const { status, headers } = await ask(first, '/folder/inner', { host: 'hola.apps.localhost:8443' })
  expect(status).toBe(301)
  expect(new URL(headers.location ?? '', 'https://hola.apps.localhost:8443').href).toBe(
    'https://hola.apps.localhost:8443/folder/inner/',
  )
})

test('hidden files are nobody’s business, but .well-known is', async () => {
  for (const path of ['/.env', '/.git/config', '/.htaccess', '/folder/.hidden/file.txt', '/%2eenv', '//.env'])
    expect((await ask(first, path)).status, path).toBe(404)
  expect((await ask(first, '/.well-known/security.txt')).status).toBe(200)
})

test('.htaccess can redirect and set headers', async () => {
  const old = await ask(first, '/old', { host: 'hola.apps.localhost:8443' })
  expect(old.status).toBe(301)
  expect(new URL(old.headers.location ?? '', 'https://hola.apps.localhost:8443').href).toBe(
    'https://hola.apps.localhost:8443/new.html',
  )
  expect(await ask(first, '/blog/a')).toMatchObject({
    status: 302,
    headers: { location: 'https://elsewhere.example/a' },
  })
  expect((await ask(first, '/data.json')).headers).toMatchObject({
    'x-site': 'yes',
    'access-control-allow-origin': '*',
  })
})

test('.htaccess can do nothing else, and what it may not do does not break the site', async () => {
  expect((await ask(first, '/page.html')).body).toMatch(/^one /)
  expect((await ask(first, '/run.cgi')).body).toContain('#!/bin/sh')
  expect((await ask(first, '/run.php')).body).toContain('<?php')
  expect((await ask(first, '/page.shtml')).body).toContain('<!--#exec')
  expect((await ask(first, '/folder/')).status).toBe(404)
})

test('a folder that its .htaccess closes stays closed', async () => {
  for (const folder of ['closed', 'formerly-closed', 'password'])
    expect((await ask(first, `/${folder}/page.html`)).body, folder).not.toBe('closed')
  expect((await ask(first, '/closed/page.html')).status).toBe(403)
})

test('paths out of the site are refused, and so is TRACE', async () => {
  for (const path of ['/../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/folder/..%2f..%2fetc/passwd'])
    expect((await ask(first, path)).body, path).not.toContain('root:')
  expect((await ask(first, '/', {}, 'TRACE')).status).toBe(405)
})

test("the log has the visitor's address, as the edge tells it", async () => {
  await ask(first, '/seen', { 'x-forwarded-for': '203.0.113.7' })
  const [instance] = await world.runtime.listInstances('svc_web1' as ServiceId)
  const line = await waitUntil(
    async () => {
      const signal = AbortSignal.timeout(5_000)
      for await (const { text } of world.runtime.readLogs(instance?.id ?? '', { lines: 50, follow: false, signal }))
        if (text.includes('/seen')) return text
      return undefined
    },
    { timeoutMs: 5_000, what: 'the line' },
  )
  expect(line).toMatch(/^203\.0\.113\.7 /)
})

test('a server that is told to stop ends the answers that it began', async () => {
  const size = 24 * 1024 * 1024
  const port = await publish(3, { 'index.html': 'x', 'large.bin': 'x'.repeat(size) })
  const [instance] = await world.runtime.listInstances('svc_web3' as ServiceId)
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const { promise: began, resolve: begin } = Promise.withResolvers<() => void>()
  request({ host: '127.0.0.1', port, path: '/large.bin' }, answer => {
    let received = 0
    answer.once('data', () => {
      answer.pause()
      begin(() => answer.resume())
    })
    answer.on('data', (part: Buffer) => {
      received += part.length
    })
    answer.once('end', () => resolve(received)).once('error', reject)
  })
    .once('error', reject)
    .end()
  const goOn = await began
  const stopping = world.runtime.stopInstance(instance?.id ?? '', { graceSeconds: 20 })
  await waitUntil(() => isRefused(port), { timeoutMs: 5_000, what: 'new visitors to be turned away' })
  goOn()
  expect(await promise).toBe(size)
  await stopping
})

/** Builds and runs a release with the format's own recipe; answers its port. */
const publish = async (number: number, files: Record<string, string>): Promise<number> => {
  const recipe = webRecipe()
  const { runtime, platform } = world
  const service = `svc_web${number}` as ServiceId
  const digest = `d${number}`
  const reference = `parcela-${platform}/${service}:${digest}`
  const network = { team_id: 'team_web' as TeamId, subnet: world.subnet(1) }
  await runtime.ensureImage(
    {
      reference,
      service_id: service,
      digest,
      dockerfile: recipe.dockerfile(world.base),
      context: async function* () {
        for (const [path, text] of Object.entries(files)) {
          const bytes = Buffer.from(text)
          const sha256 = createHash('sha256').update(bytes).digest('hex')
          yield { path: `site/${path}`, size: bytes.length, sha256, open: () => once(bytes) }
        }
      },
    },
    { signal: AbortSignal.timeout(60_000), onLine: () => undefined },
  )
  await runtime.ensureNetwork(network)
  const { upstream } = await runtime.ensureInstance({
    service_id: service,
    team_id: network.team_id,
    name: `web-${number}`,
    release_id: null,
    revision: 'aaaaaaaaaaaa',
    generation: 1,
    image: reference,
    container_port: recipe.port,
    host_port: await world.freePort(),
    ram_mb: 64,
    cpus: 0.5,
    pids_limit: recipe.pids_limit,
    env: {},
    tmpfs: recipe.tmpfs,
    stop_signal: recipe.stop_signal,
    network,
  })
  if (!upstream) throw new Error('the instance has no upstream')
  await waitUntil(() => world.isAnswering(upstream), { timeoutMs: 20_000, what: 'the site to answer' })
  return upstream.port
}

/** A request as it is: `fetch` would tidy the path up, decompress, and refuse to name a host. */
const ask = (port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const sent = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, answer => {
    const parts: Buffer[] = []
    answer.on('data', (part: Buffer) => parts.push(part))
    answer.once('error', reject)
    answer.once('end', () =>
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts).toString() }),
    )
  })
  sent.once('error', reject).end()
  return promise
}

const isRefused = async (port: number): Promise<boolean> => {
  try {
    await ask(port, '/')
    return false
  } catch (error) {
    return error instanceof Error
  }
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
