import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ServiceId } from '@parcela/core'
import { createNginxEdge } from '@parcela/edge-nginx'
import { silentLog } from '@parcela/kit'
import { makeCertificate } from '../conformance/edge-certificates.ts'
import { route } from '../conformance/edge-conformance.ts'
import { findFreePort } from '../conformance/edge-fixture.ts'

export type RouteBench = {
  others: number
  /** From the call to its promise: written, and confirmed by a worker. */
  ensure_ms: Summary
  /** The same, and until a request over TLS was answered by the new release. */
  answered_ms: Summary
  /** Making all the others live at once, on an empty edge. */
  replace_all_ms: number
  /** The same routes again: nothing to do. */
  replace_same_ms: number
  /** Proportional memory of all nginx processes. */
  nginx_mb: number
}
type Summary = { median: number; p95: number }

const sizes = [10, 1_000, 10_000]
const runs = 60

/**
 * The time to add a route and see it live with 10, 1,000 and 10,000 others, and what nginx weighs then. Sizes alternate within each round,
 * so that what else the machine does touches all alike. Prints a table and the ratios, and writes JSON to `file` when given.
 */
export const benchRoutes = async ({ file }: { file?: string } = {}): Promise<RouteBench[]> => {
  const upstream = createServer((_, answer) => answer.end('here'))
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  const edges = await Promise.all(sizes.map(openEdge))
  try {
    for (const edge of edges) await edge.fill(port)
    for (let run = -5; run < runs; run++) {
      for (const edge of edges) await edge.addOne(port, run)
    }
    const results = await Promise.all(edges.map(edge => edge.summarise()))
    report(results)
    if (file) {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, `${JSON.stringify(results, null, 2)}\n`)
    }
    return results
  } finally {
    await Promise.all(edges.map(edge => edge.close()))
    upstream.closeAllConnections()
    await new Promise(resolve => upstream.close(resolve))
  }
}

const openEdge = async (others: number) => {
  const home = await mkdtemp(join(tmpdir(), 'parcela-bench-'))
  await chmod(home, 0o755)
  const edge = createNginxEdge({
    directory: join(home, 'edge'),
    bind: '127.0.0.1',
    httpPort: await findFreePort(),
    httpsPort: await findFreePort(),
    panelHost: 'panel.localhost',
    gatewaySocket: join(home, 'gateway.sock'),
    log: silentLog,
  })
  await edge.start()
  await edge.ensureCertificates([await makeCertificate(home, ['*.apps.localhost'])])
  const ensured: number[] = []
  const answered: number[] = []
  let replaceAllMs = 0
  let replaceSameMs = 0

  return {
    fill: async (port: number) => {
      const routes = Array.from({ length: others }, (_, index) =>
        route(`other-${index}`, { upstream: { address: '127.0.0.1', port } }),
      )
      replaceAllMs = await time(() => edge.replaceRoutes(routes))
      replaceSameMs = await time(() => edge.replaceRoutes(routes))
    },
    addOne: async (port: number, run: number) => {
      const name = `added-${run + 5}`
      const started = performance.now()
      await edge.ensureRoute(
        route(name, { upstream: { address: '127.0.0.1', port }, service_id: `svc_bench-${run + 5}` as ServiceId }),
      )
      const ensuredMs = performance.now() - started
      const { status } = await edge.request(`${name}.apps.localhost`, '/', { timeoutMs: 5_000 })
      if (status !== 200) throw new Error(`The route of ${name} answered ${status}`)
      // The first rounds warm everything up.
      if (run < 0) return
      ensured.push(ensuredMs)
      answered.push(performance.now() - started)
    },
    summarise: async (): Promise<RouteBench> => ({
      others,
      ensure_ms: summarise(ensured),
      answered_ms: summarise(answered),
      replace_all_ms: round(replaceAllMs),
      replace_same_ms: round(replaceSameMs),
      nginx_mb: await measureMemory(Number((await edge.check()).pid)),
    }),
    close: async () => {
      await edge.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Megabytes, each shared page counted once over its sharers. */
const measureMemory = async (master: number): Promise<number> => {
  const children = (await readFile(`/proc/${master}/task/${master}/children`, 'utf8')).trim().split(' ').map(Number)
  let kilobytes = 0
  for (const pid of [master, ...children]) {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0)
  }
  return round(kilobytes / 1024)
}

const report = (results: readonly RouteBench[]): void => {
  for (const { others, ensure_ms, answered_ms, replace_all_ms, replace_same_ms, nginx_mb } of results) {
    console.log(
      `${String(others).padStart(6)} others: route confirmed ${ensure_ms.median} ms (p95 ${ensure_ms.p95}), answered over TLS ${answered_ms.median} ms (p95 ${answered_ms.p95}), all at once ${replace_all_ms} ms, again ${replace_same_ms} ms, nginx ${nginx_mb} MB`,
    )
  }
  const [first, last] = [results[0], results.at(-1)]
  if (!first || !last) return
  console.log(
    `ratio ${last.others} : ${first.others} others: confirmed ${round(last.ensure_ms.median / first.ensure_ms.median)}, answered ${round(last.answered_ms.median / first.answered_ms.median)}`,
  )
}

const time = async (work: () => Promise<void>): Promise<number> => {
  const started = performance.now()
  await work()
  return performance.now() - started
}

const summarise = (values: readonly number[]): Summary => {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (part: number): number => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0)
  return { median: at(0.5), p95: at(0.95) }
}

const round = (value: number): number => Math.round(value * 100) / 100
