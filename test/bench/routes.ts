import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { EdgeCertificate, ServiceId } from '@parcela/core'
import { createNginxEdge } from '@parcela/edge-nginx'
import { silentLog } from '@parcela/kit'
import { makeCertificate } from '../conformance/edge-certificates.ts'
import { route } from '../conformance/edge-conformance.ts'
import { findFreePort } from '../conformance/edge-fixture.ts'
import { measureNginxMemory } from './nginx-memory.ts'

export type RouteBench = {
  others: number
  /** Custom domains among them that have a certificate of their own. */
  certificates: number
  /** From the call to its promise: written, and confirmed by a worker. */
  ensure_ms: Summary
  /** The same, and until a request over TLS was answered by the new release. */
  answered_ms: Summary
  /** A custom domain's certificate: checked, tested by nginx and found to be live. */
  certificate_ms: Summary
  /** Making all the others live at once, on an empty edge. */
  replace_all_ms: number
  /** The same routes again: nothing to do. */
  replace_same_ms: number
  /** Proportional memory of all nginx processes. */
  nginx_mb: number
}
type Summary = { median: number; p95: number }

const sizes = [
  { others: 10, certificates: 0 },
  { others: 1_000, certificates: 100 },
  { others: 10_000, certificates: 1_000 },
]
const runs = 60
const warmUpRuns = 5
const namesPerCertificate = 10
/** What was promised of the largest: a route or a certificate more is live within this, and takes at most so many times what it takes on the smallest. */
const goals = { ms: 150, ratio: 1.5 }

/**
 * The time to add a route or a certificate and see it live with 10, 1,000 and 10,000 others, and what nginx weighs then. Sizes alternate within each round,
 * so that what else the machine does touches all alike. Prints a table and the ratios, and writes JSON to `file` when given.
 */
export const benchRoutes = async ({ file }: { file?: string } = {}): Promise<RouteBench[]> => {
  const upstream = createServer((_, answer) => answer.end('here'))
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  const home = await mkdtemp(join(tmpdir(), 'parcela-bench-'))
  const edges = await Promise.all(sizes.map(openEdge))
  try {
    for (const edge of edges) await edge.fill(port)
    for (let run = 0; run < warmUpRuns + runs; run++) {
      const certificate = await makeCertificate(home, [`added-${run}.custom.test`])
      for (const edge of edges) await edge.addOne(port, run, certificate)
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
    await rm(home, { recursive: true, force: true })
  }
}

const openEdge = async ({ others, certificates }: (typeof sizes)[number]) => {
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
  const certified: number[] = []
  let replaceAllMs = 0
  let replaceSameMs = 0

  return {
    fill: async (port: number) => {
      for (let first = 0; first < certificates; first += namesPerCertificate) {
        const names = Array.from({ length: namesPerCertificate }, (_, index) => `custom-${first + index}.test`)
        await edge.ensureCertificates([await makeCertificate(home, names)])
      }
      const routes = Array.from({ length: others }, (_, index) =>
        route(`other-${index}`, { upstream: { address: '127.0.0.1', port } }),
      )
      replaceAllMs = await time(() => edge.replaceRoutes(routes))
      replaceSameMs = await time(() => edge.replaceRoutes(routes))
    },
    addOne: async (port: number, run: number, certificate: EdgeCertificate) => {
      const name = `added-${run}`
      const started = performance.now()
      await edge.ensureRoute(
        route(name, { upstream: { address: '127.0.0.1', port }, service_id: `svc_bench-${run}` as ServiceId }),
      )
      const ensuredMs = performance.now() - started
      const { status } = await edge.request(`${name}.apps.localhost`, '/', { timeoutMs: 5_000 })
      if (status !== 200) throw new Error(`The route of ${name} answered ${status}`)
      const answeredMs = performance.now() - started
      const certifiedMs = await time(async () => {
        await edge.ensureCertificates([certificate])
        await edge.request(`${name}.custom.test`, '/', { timeoutMs: 5_000 })
      })
      // The first rounds warm everything up.
      if (run < warmUpRuns) return
      ensured.push(ensuredMs)
      answered.push(answeredMs)
      certified.push(certifiedMs)
    },
    summarise: async (): Promise<RouteBench> => ({
      others,
      certificates,
      ensure_ms: summarise(ensured),
      answered_ms: summarise(answered),
      certificate_ms: summarise(certified),
      replace_all_ms: round(replaceAllMs),
      replace_same_ms: round(replaceSameMs),
      nginx_mb: round(await measureNginxMemory(Number((await edge.check()).pid))),
    }),
    close: async () => {
      await edge.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

const report = (results: readonly RouteBench[]): void => {
  for (const result of results) {
    const { others, certificates, ensure_ms, answered_ms, certificate_ms, replace_all_ms, replace_same_ms, nginx_mb } =
      result
    console.log(
      `${String(others).padStart(6)} others, ${certificates} with certificates of their own:
         route confirmed ${show(ensure_ms)}, answered over TLS ${show(answered_ms)}, certificate served ${show(certificate_ms)}
         all at once ${replace_all_ms} ms, again ${replace_same_ms} ms, nginx ${nginx_mb} MB`,
    )
  }
  const [first, last] = [results[0], results.at(-1)]
  if (!first || !last) return
  const ratios = (['ensure_ms', 'answered_ms', 'certificate_ms'] as const).map(what =>
    round(last[what].median / first[what].median),
  )
  const slowest = Math.max(last.ensure_ms.median, last.answered_ms.median, last.certificate_ms.median)
  const isMet = slowest <= goals.ms && ratios.every(ratio => ratio <= goals.ratio)
  console.log(
    `ratio ${last.others} : ${first.others} others: confirmed ${ratios[0]}, answered ${ratios[1]}, certificate ${ratios[2]}`,
  )
  console.log(`at most ${goals.ms} ms and ${goals.ratio} times: ${isMet ? 'met' : 'missed'}`)
}

const show = ({ median, p95 }: Summary): string => `${median} ms (p95 ${p95})`

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
