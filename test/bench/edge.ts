import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceId } from '@parcela/core'
import { createNginxEdge, type NginxEdge } from '@parcela/edge-nginx'
import { run, silentLog, spawn, waitUntil } from '@parcela/kit'
import { makeCertificate } from '../conformance/edge-certificates.ts'
import { route } from '../conformance/edge-conformance.ts'
import { findFreePort } from '../conformance/edge-fixture.ts'
import { answerWebSockets, openWebSockets } from '../conformance/edge-web-sockets.ts'
import { measureNginxMemory } from './nginx-memory.ts'
import { median } from './statistics.ts'

const rounds = 3
const seconds = 4
const connections = 32
const manyRoutes = 10_000
const webSockets = 500
const pageBytes = 4_096
/** wrk names the host of its address to the server, and can only connect to what resolves. */
const host = '127.0.0.1'

type Load = { requests_per_second: number; p50_ms: number; p99_ms: number; failed: number }

/**
 * What the edge costs: the same page of the same local server, over a kept connection in clear and through the edge over a kept TLS connection,
 * asked by wrk in turns. Latency is taken with one connection, so that it is not the wait for a busy processor; throughput with 32.
 */
export const benchEdge = async () => {
  const home = await mkdtemp(join(tmpdir(), 'parcela-bench-'))
  await chmod(home, 0o755)
  const site = await startSite(home)
  const port = await findFreePort()
  const edge = createNginxEdge({
    directory: join(home, 'edge'),
    bind: '127.0.0.1',
    httpPort: await findFreePort(),
    httpsPort: port,
    panelHost: 'panel.localhost',
    gatewaySocket: join(home, 'gateway.sock'),
    // One visitor who asks as fast as can be: what is measured is the work, limits included, and not a refusal.
    classes: { small: unlimited, standard: unlimited, large: unlimited },
    log: silentLog,
  })
  try {
    await edge.start()
    await edge.ensureCertificates([
      await makeCertificate(home, ['*.apps.localhost']),
      await makeCertificate(home, [host]),
    ])
    await edge.ensureRoute({ ...route('bench', { upstream: { address: '127.0.0.1', port: site.port } }), host })
    const loads = await measureLoads({ direct: `http://${host}:${site.port}/`, edge: `https://${host}:${port}/` })
    return {
      name: 'edge',
      ...loads,
      memory: await measureMemory(edge, site.port),
      reload: await measureReload(home, edge, port),
    }
  } finally {
    await edge.stop()
    await site.stop()
    await rm(home, { recursive: true, force: true })
  }
}

const share = { requestsPerSecond: 1_000_000, burst: 1_000_000, connections: 10_000 }
const unlimited = { bodyMegabytes: 1, quietSeconds: 60, perClient: share, perService: share }

/** A web server that stands for the container: the system's nginx with one page of 4 KB and one worker. */
const startSite = async (home: string): Promise<{ port: number; stop: () => Promise<void> }> => {
  const folder = join(home, 'site')
  await mkdir(join(folder, 'pages'), { recursive: true })
  await writeFile(join(folder, 'pages/index.html'), 'x'.repeat(pageBytes))
  const port = await findFreePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    kind => `${kind}_temp_path "${folder}/${kind}";`,
  )
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; pid "${folder}/pid"; error_log stderr; worker_processes 1;
events { worker_connections 1024; }
http {
  ${temporary.join(' ')}
  access_log off; keepalive_requests 100000000; sendfile on;
  server { listen 127.0.0.1:${port}; root "${folder}/pages"; }
}
`,
  )
  await run(['chmod', '-R', 'a+rX', folder], { timeoutMs: 5_000 })
  const server = spawn(['nginx', '-p', `${folder}/`, '-c', join(folder, 'nginx.conf')], {
    cwd: folder,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    output: 'ignore',
  })
  await waitUntil(() => isListening(port), { timeoutMs: 5_000, what: 'the site to listen' })
  return {
    port,
    stop: async () => {
      const ended = new Promise(resolve => server.once('exit', resolve))
      server.kill('SIGTERM')
      await ended
    },
  }
}

const isListening = (port: number): Promise<boolean> =>
  fetch(`http://${host}:${port}/`).then(
    ({ ok }) => ok,
    () => false,
  )

const measureLoads = async (urls: { direct: string; edge: string }) => {
  const busy = { direct: [] as Load[], edge: [] as Load[] }
  const quiet = { direct: [] as Load[], edge: [] as Load[] }
  for (let round = 0; round < rounds; round++) {
    for (const way of ['direct', 'edge'] as const) {
      busy[way].push(await runWrk(urls[way], connections))
      quiet[way].push(await runWrk(urls[way], 1))
    }
  }
  const middle = (loads: readonly Load[], pick: (load: Load) => number): number => median(loads.map(pick))
  const summary = (way: 'direct' | 'edge') => ({
    requests_per_second: Math.round(middle(busy[way], load => load.requests_per_second)),
    p50_ms: round3(middle(quiet[way], load => load.p50_ms)),
    p99_ms: round3(middle(quiet[way], load => load.p99_ms)),
    failed: [...busy[way], ...quiet[way]].reduce((total, load) => total + load.failed, 0),
  })
  const [direct, edge] = [summary('direct'), summary('edge')]
  return {
    direct,
    edge,
    added_p50_ms: round3(edge.p50_ms - direct.p50_ms),
    added_p99_ms: round3(edge.p99_ms - direct.p99_ms),
    throughput_ratio: round3(edge.requests_per_second / direct.requests_per_second),
  }
}

const runWrk = async (url: string, connections: number): Promise<Load> => {
  const argv = ['wrk', '-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--latency', url] as const
  const { stdout } = await run(argv, { timeoutMs: (seconds + 20) * 1_000 }).catch((cause: unknown) => {
    throw new Error('wrk could not measure. Is it installed? On Debian and Ubuntu: apt install wrk', { cause })
  })
  const number = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? 0)
  return {
    requests_per_second: number(/Requests\/sec:\s+([\d.]+)/),
    p50_ms: parseMs(/^\s+50%\s+(\S+)/m.exec(stdout)?.[1]),
    p99_ms: parseMs(/^\s+99%\s+(\S+)/m.exec(stdout)?.[1]),
    failed:
      number(/Non-2xx or 3xx responses: (\d+)/) +
      [...(/Socket errors: (.*)/.exec(stdout)?.[1] ?? '').matchAll(/\d+/g)].reduce(
        (total, [each]) => total + Number(each),
        0,
      ),
  }
}

const parseMs = (text = ''): number => {
  const [, value, unit] = /^([\d.]+)(us|ms|s)$/.exec(text) ?? []
  const factor = { us: 0.001, ms: 1, s: 1_000 }[unit ?? '']
  if (value === undefined || factor === undefined) throw new Error(`wrk said a time that is none: ${text}`)
  return Number(value) * factor
}

const measureMemory = async (edge: NginxEdge, port: number) => {
  const weigh = async (): Promise<number> => measureNginxMemory(Number((await edge.check()).pid))
  const before = await weigh()
  const routes = Array.from({ length: manyRoutes }, (_, index) =>
    route(`other-${index}`, {
      upstream: { address: '127.0.0.1', port },
      service_id: `svc_other_${index}` as ServiceId,
    }),
  )
  await edge.replaceRoutes(routes)
  for (const each of routes.slice(0, 500)) await edge.request(each.host, '/', { timeoutMs: 5_000 })
  const after = await weigh()
  return {
    routes: manyRoutes,
    nginx_mb: round3(after),
    bytes_per_route: Math.round(((after - before) * 1024 * 1024) / manyRoutes),
  }
}

/** A reload in the middle of open WebSockets: those that still answer afterwards, before the time that old workers have is over. */
const measureReload = async (home: string, edge: NginxEdge, port: number) => {
  const server = createServer((_, answer) => answer.end())
  answerWebSockets(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const upstream = { address: '127.0.0.1', port: (server.address() as AddressInfo).port }
    await edge.ensureRoute(route('sockets', { upstream }))
    const held = await openWebSockets(port, 'sockets.apps.localhost', webSockets)
    const started = performance.now()
    await edge.ensureCertificates([await makeCertificate(home, ['*.reload.localhost'])])
    const reloadMs = performance.now() - started
    const answering = await held.countEchoes('still here')
    held.close()
    return { web_sockets: webSockets, answering_after: answering, reload_ms: Math.round(reloadMs) }
  } finally {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
}

const round3 = (value: number): number => Math.round(value * 1_000) / 1_000

/** For a terminal. */
export const describeEdgeBench = (facts: Awaited<ReturnType<typeof benchEdge>>): string => {
  const { direct, edge, added_p50_ms, added_p99_ms, throughput_ratio, memory, reload } = facts
  const line = (title: string, { requests_per_second, p50_ms, p99_ms, failed }: Load): string =>
    `  ${title.padEnd(34)} ${String(requests_per_second).padStart(6)} requests/s, p50 ${p50_ms} ms, p99 ${p99_ms} ms, ${failed} failed`
  return [
    `a page of ${pageBytes} bytes; throughput with ${connections} kept connections, latency with one`,
    line('the site itself, in clear', direct),
    line('through the edge, over TLS', edge),
    `  added by the edge: p50 ${added_p50_ms} ms, p99 ${added_p99_ms} ms; throughput ${throughput_ratio} of the site's own`,
    `  ${memory.routes} routes: nginx ${memory.nginx_mb} MB, ${memory.bytes_per_route} bytes of it per route`,
    `  a reload (${reload.reload_ms} ms) with ${reload.web_sockets} WebSockets open: ${reload.answering_after} answer after it`,
  ].join('\n')
}
