import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { RecordSet } from '@parcela/core'
import { createEmbeddedNameServer } from '@parcela/edge-dns-embedded'
import { silentLog } from '@parcela/kit'
import { startBind } from '../conformance/bind-server.ts'
import type { DnsLoad, DnsLoadResult } from './dns-load-worker.ts'

type Figures = {
  /** With 64 questions on their way at the same time. */
  queries_per_second: number
  p50_ms: number
  p99_ms: number
  lost: number
  /** One question after the other. */
  alone_p50_ms: number
  alone_p99_ms: number
}
export type DnsBench = {
  name: 'dns'
  names: number
  embedded: Figures
  bind: Figures
  ratio: { queries: number; p99: number }
}

const zone = 'bench.test'
const names = 10_000
const inFlight = 64
const rounds = 3
const durationMs = 3_000
const seconds = 1000

/**
 * Questions per second and waiting times of the embedded server beside BIND with its defaults: the same 10,000 names, the same questions, loads from
 * another thread, rounds in turn. Of ten questions seven have an answer, one meets a wildcard, one another type, one no name.
 */
export const benchDns = async (): Promise<DnsBench> => {
  const directory = await mkdtemp(join(tmpdir(), 'parcela-bench-'))
  const bind = await startBind([{ name: zone, records: zoneLines() }])
  const embedded = createEmbeddedNameServer({
    bind: '127.0.0.1',
    port: 0,
    zones: [zone],
    directory,
    clock: { now: () => new Date() },
    log: silentLog,
    udp: { perSecond: 1e9, burst: 1e9 },
  })
  try {
    const { port } = await embedded.start()
    await embedded.replaceRecords(records())
    const results = { embedded: createRecorder(port), bind: createRecorder(bind.port) }
    for (let round = 0; round <= rounds; round++) {
      for (const recorder of Object.values(results)) await recorder.measure({ isWarmUp: round === 0 })
    }
    const figures = { embedded: results.embedded.summarise(), bind: results.bind.summarise() }
    return { name: 'dns', names, ...figures, ratio: compare(figures.embedded, figures.bind) }
  } finally {
    await embedded.stop()
    await bind.close()
    await rm(directory, { recursive: true, force: true })
  }
}

export const describeDns = ({ embedded, bind, ratio }: DnsBench): string => {
  const line = (name: string, figures: Figures) =>
    `${name.padEnd(9)}${String(figures.queries_per_second).padStart(7)} queries/s, p50 ${figures.p50_ms} ms, p99 ${figures.p99_ms} ms, lost ${figures.lost}; one by one p50 ${figures.alone_p50_ms} ms, p99 ${figures.alone_p99_ms} ms`
  return [
    line('embedded', embedded),
    line('BIND', bind),
    `ratio    ${ratio.queries} of BIND's queries/s, ${ratio.p99} of its p99`,
  ].join('\n')
}

const createRecorder = (port: number) => {
  const busy: DnsLoadResult[] = []
  const alone: DnsLoadResult[] = []
  return {
    measure: async ({ isWarmUp }: { isWarmUp: boolean }): Promise<void> => {
      const crowd = await ask({ port, questions: questions(), inFlight, durationMs })
      const single = await ask({ port, questions: questions(), inFlight: 1, durationMs: durationMs / 3 })
      checkAnswers(crowd)
      if (isWarmUp) return
      busy.push(crowd)
      alone.push(single)
    },
    summarise: (): Figures => {
      const waits = gather(busy)
      const aloneWaits = gather(alone)
      const elapsedMs = busy.reduce((sum, result) => sum + result.elapsedMs, 0)
      return {
        queries_per_second: Math.round((waits.length * seconds) / elapsedMs),
        p50_ms: at(waits, 0.5),
        p99_ms: at(waits, 0.99),
        lost: busy.reduce((sum, result) => sum + result.lost, 0),
        alone_p50_ms: at(aloneWaits, 0.5),
        alone_p99_ms: at(aloneWaits, 0.99),
      }
    },
  }
}

const ask = async (load: DnsLoad): Promise<DnsLoadResult> => {
  const worker = new Worker(new URL('./dns-load-worker.ts', import.meta.url), { workerData: load })
  const [result] = (await once(worker, 'message')) as [DnsLoadResult]
  await worker.terminate()
  return result
}

/** A tenth has no name; anything else would mean that the two servers were not asked the same. */
const checkAnswers = ({ codes, answered }: DnsLoadResult): void => {
  const absent = (codes[3] ?? 0) / answered
  if (answered > 0 && Math.abs(absent - 0.1) < 0.02 && (codes[0] ?? 0) + (codes[3] ?? 0) === answered) return
  throw new Error(`The answers are not those of the zone: ${JSON.stringify(codes)}`)
}

const records = (): RecordSet[] => [
  { name: `*.wild.${zone}`, type: 'A', ttl: 60, values: ['192.0.2.2'] },
  ...Array.from({ length: names }, (_, index) => ({
    name: `n${index}.${zone}`,
    type: 'A' as const,
    ttl: 60,
    values: ['192.0.2.1'],
  })),
]
const zoneLines = (): string[] => records().map(({ name, values }) => `${name}. 60 A ${values.join()}`)

const questions = (): Uint8Array[] =>
  Array.from({ length: 2_000 }, (_, index) => {
    const label = `n${(index * 7919) % names}`
    if (index % 10 === 7) return encodeQuestion(`${label}.wild.${zone}`, typeA)
    if (index % 10 === 8) return encodeQuestion(`${label}.${zone}`, typeAaaa)
    return encodeQuestion(index % 10 === 9 ? `absent-${label}.${zone}` : `${label}.${zone}`, typeA)
  })

const typeA = 1
const typeAaaa = 28

/** A question with EDNS, as resolvers send it. */
const encodeQuestion = (name: string, type: number): Uint8Array =>
  Buffer.concat([
    Buffer.of(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1),
    ...name.split('.').flatMap(label => [Buffer.of(label.length), Buffer.from(label)]),
    Buffer.of(0, 0, type, 0, 1),
    Buffer.of(0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0),
  ])

const gather = (results: readonly DnsLoadResult[]): number[] =>
  results.flatMap(({ latenciesMs }) => [...latenciesMs]).sort((one, other) => one - other)
const at = (sorted: readonly number[], part: number): number =>
  round(sorted[Math.floor(sorted.length * part)] ?? Number.NaN)
const compare = (one: Figures, other: Figures): DnsBench['ratio'] => ({
  queries: round(one.queries_per_second / other.queries_per_second),
  p99: round(one.p99_ms / other.p99_ms),
})
const round = (value: number): number => Math.round(value * 1000) / 1000
