import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from '@parcela/kit'
import { findFreeRange } from '../system/support/find-free-range.ts'
import { type Client, createClient, startParcela } from '../system/support/index.ts'
import { median, p90 } from './statistics.ts'

type Files = Record<string, Uint8Array>

const runs = 20
const warmUps = 2
const fileCount = 50
const totalBytes = 1_300_000
const goal = 1.5
const patienceMs = 60_000
/** Each look is a request over TLS: many of them would take the processor from what is measured. */
const lookEveryMs = 10

/**
 * From the POST to the first 200 with the new content through the edge over TLS, against the raw floor in the same run, alternating:
 * `docker build` + `docker create` + `docker start` + the first 200 from the published port.
 */
export const benchDeploy = async () => {
  const parcela = await startParcela()
  const client = createClient(parcela)
  try {
    await client.signIn()
    const service = await client.publish(makeFiles('first'), { name: 'bench' })
    await client.waitFor(service.id, 'running')
    const base = await findBaseImage()

    const ours: number[] = []
    const floor: number[] = []
    const steps = new Map<string, number[]>()
    for (let turn = -warmUps; turn < runs; turn += 1) {
      const deployed = await timeDeploy(client, service.id)
      const raw = await timeRaw(base)
      if (turn < 0) continue
      ours.push(deployed.ms)
      floor.push(raw)
      for (const [step, ms] of Object.entries(deployed.steps)) steps.set(step, [...(steps.get(step) ?? []), ms])
    }
    return report({ ours, floor, steps })
  } finally {
    await client.close()
    await parcela.stop()
  }
}

const makeFiles = (marker: string): Files => {
  const size = Math.floor(totalBytes / fileCount)
  const files: Files = { 'index.html': Buffer.from(`<!doctype html><title>${marker}</title>${marker}`) }
  for (let index = 1; index < fileCount; index += 1) files[`assets/part-${index}.bin`] = randomBytes(size)
  return files
}

const timeDeploy = async (client: Client, id: string): Promise<{ ms: number; steps: Record<string, number> }> => {
  const marker = randomUUID()
  const files = makeFiles(marker)
  const start = performance.now()
  const release = await client.publishAgain(id, files)
  const accepted = performance.now()
  for (;;) {
    const { status, body } = await client.fetchSite('bench', '/')
    if (status === 200 && body.includes(marker)) break
    if (performance.now() - start > patienceMs) throw new Error('the new content did not arrive in time')
    await sleep(lookEveryMs)
  }
  const ms = performance.now() - start
  await client.waitForRelease(id, release.id)
  return { ms, steps: { request: accepted - start, ...(await readSteps(client, id, release.id)) } }
}

/** What the journal says of a release: step -> milliseconds, and the time before the first step. */
const readSteps = async (client: Client, id: string, releaseId: string): Promise<Record<string, number>> => {
  const steps: Record<string, number> = {}
  const ending = AbortSignal.timeout(10_000)
  for await (const { event } of client.followEvents(id, { signal: ending })) {
    if (event.type !== 'step' || event.release_id !== releaseId || !event.finished_at) continue
    steps[event.step] = Date.parse(event.finished_at) - Date.parse(event.started_at)
    if (event.step === 'verify') break
  }
  return steps
}

const findBaseImage = async (): Promise<string> => {
  const { stdout } = await run(['docker', 'images', '--format', '{{.Repository}}:{{.Tag}}', 'parcela-base/web'], {
    timeoutMs: 30_000,
  })
  const image = stdout.trim().split('\n')[0]
  if (!image) throw new Error('there is no base image to compare with')
  return image
}

const timeRaw = async (base: string): Promise<number> => {
  const marker = randomUUID()
  const folder = await mkdtemp(join(tmpdir(), 'parcela-bench-'))
  const tag = `parcela-bench:${marker}`
  const port = await findFreeRange(1)
  try {
    await writeContext(folder, base, makeFiles(marker))
    const start = performance.now()
    await run(['docker', 'build', '--quiet', '--tag', tag, folder], { timeoutMs: patienceMs })
    const { stdout } = await run(
      ['docker', 'create', '--tmpfs', '/run/apache', '--publish', `127.0.0.1:${port}:8080`, tag],
      {
        timeoutMs: patienceMs,
      },
    )
    const container = stdout.trim()
    try {
      await run(['docker', 'start', container], { timeoutMs: patienceMs })
      for (;;) {
        if ((await fetchPlain(port)).includes(marker)) break
        if (performance.now() - start > patienceMs) throw new Error('the raw container did not answer in time')
      }
      return performance.now() - start
    } finally {
      await run(['docker', 'rm', '--force', container], { timeoutMs: patienceMs })
    }
  } finally {
    await run(['docker', 'rmi', '--force', tag], { timeoutMs: patienceMs })
    await rm(folder, { recursive: true, force: true })
  }
}

const writeContext = async (folder: string, base: string, files: Files): Promise<void> => {
  await writeFile(join(folder, 'Dockerfile'), `FROM ${base}\nCOPY site/ /srv/www/\n`)
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, 'site', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
}

/** The body of one answer; empty while nobody answers. */
const fetchPlain = (port: number): Promise<string> =>
  new Promise(resolve => {
    const asking = request({ host: '127.0.0.1', port, agent: false }, async response => {
      const parts: Buffer[] = []
      response.on('data', part => parts.push(part))
      response.on('error', () => resolve(''))
      response.on('end', () => resolve(Buffer.concat(parts).toString()))
    })
    asking.on('error', () => setTimeout(resolve, lookEveryMs, ''))
    asking.end()
  })

const report = ({ ours, floor, steps }: { ours: number[]; floor: number[]; steps: Map<string, number[]> }) => {
  const ratio = median(ours) / median(floor)
  const stepMedians = Object.fromEntries([...steps].map(([step, values]) => [step, Math.round(median(values))]))
  return {
    name: 'deploy',
    runs,
    files: fileCount,
    bytes: totalBytes,
    parcela_ms: { median: Math.round(median(ours)), p90: Math.round(p90(ours)) },
    raw_ms: { median: Math.round(median(floor)), p90: Math.round(p90(floor)) },
    ratio: Number(ratio.toFixed(2)),
    goal,
    met: ratio <= goal,
    /** Where the time goes, by the journal. */
    steps_ms: stepMedians,
  }
}

/** For a terminal. */
export const describeDeploy = (facts: Awaited<ReturnType<typeof benchDeploy>>): string => {
  const { parcela_ms, raw_ms, ratio, goal, met, steps_ms } = facts
  const steps = Object.entries(steps_ms).map(([step, ms]) => `  ${step.padEnd(18)} ${String(ms).padStart(6)} ms`)
  return [
    `${facts.runs} publishes of ${facts.files} files, ${facts.bytes} bytes; from the POST to the first answer with the new content`,
    `  Parcela, over TLS  ${String(parcela_ms.median).padStart(6)} ms (9 of 10 within ${parcela_ms.p90})`,
    `  raw Docker         ${String(raw_ms.median).padStart(6)} ms (9 of 10 within ${raw_ms.p90})`,
    `  ratio              ${String(ratio).padStart(6)}    (goal: at most ${goal}, ${met ? 'met' : 'missed'})`,
    'where the time goes, by the journal:',
    ...steps,
  ].join('\n')
}
