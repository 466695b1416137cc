import { AppError } from '@parcela/contract'
import type { BuildRequest } from '@parcela/core'
import { type Log, readLines, waitUntil } from '@parcela/kit'
import type Docker from 'dockerode'
import type { Engine } from './connect-engine.ts'
import { labelNames } from './labels.ts'
import { packContext } from './pack-context.ts'

import { isStatus, translateError, translateWords } from './translate-error.ts'

type Options = { signal: AbortSignal; onLine: (line: string) => void; platform: string; log: Log }

const keptLines = 30
const releaseWithinMs = 10_000

/**
 * Builds with the engine's classic builder, which every API version offers. `rejected` with the last lines in `details.output` when the build
 * fails; then, and when aborted, what it had made is removed again.
 */
export const buildImage = async (engine: Engine, request: BuildRequest, options: Options): Promise<void> => {
  const made = createLayerWatch()
  const output: string[] = []
  const onLine = (line: string): void => {
    made.read(line)
    output.push(line)
    if (output.length > keptLines) output.shift()
    options.onLine(line)
  }
  try {
    await streamBuild(engine, request, { ...options, onLine })
  } catch (error) {
    await removeLayers(engine.docker, made.layers(), options.log)
    options.signal.throwIfAborted()
    throw withOutput(translateError(error, 'build the image'), output)
  }
}

const streamBuild = async (engine: Engine, request: BuildRequest, options: Options): Promise<void> => {
  const { signal, onLine, platform } = options
  signal.throwIfAborted()
  const labelled = { ...request, dockerfile: withLabels(request.dockerfile, labelsOf(request, platform)) }
  const answer = await engine.patient.buildImage(packContext(labelled), {
    t: request.reference,
    rm: true,
    forcerm: true,
    pull: false,
    version: '1',
    abortSignal: signal,
  })
  for await (const event of readEvents(answer)) {
    if (event.error !== undefined)
      throw translateWords(event.errorDetail?.message ?? event.error, { attempt: 'build the image', status: 400 })
    for (const line of (event.stream ?? '').split('\n')) if (line.trim() !== '') onLine(line)
  }
}

/** What tells the image from all others, and whose it is. Its digest is in its name: here it would cost a step of 0.1 s at every publish. */
const labelsOf = ({ service_id, digest }: BuildRequest, platform: string): Record<string, string> =>
  service_id === null
    ? { [labelNames.role]: 'base', [labelNames.digest]: digest }
    : { [labelNames.platform]: platform, [labelNames.role]: 'image', [labelNames.service]: service_id }

/**
 * The Dockerfile with labels right behind its first FROM: the classic builder makes a step of them, which is the same for every release of a
 * service and so comes from its cache.
 */
const withLabels = (dockerfile: string, labels: Record<string, string>): string => {
  const words = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return dockerfile.replace(/^FROM .*$/m, from => `${from}\nLABEL ${words.join(' ')}`)
}

type BuildEvent = { stream?: string; error?: string; errorDetail?: { message?: string } }

/** Events are lines of JSON; dockerode's own `followProgress` resolves even when one of them is an error. */
async function* readEvents(answer: NodeJS.ReadableStream): AsyncIterable<BuildEvent> {
  for await (const line of readLines(answer as AsyncIterable<Uint8Array>))
    if (line.trim() !== '') yield JSON.parse(line) as BuildEvent
}

/** Learns from the output which layers this build made, as opposed to took from the cache. */
const createLayerWatch = () => {
  const layers: string[] = []
  let cached = true
  return {
    read(line: string): void {
      if (/^Step \d+\/\d+ : (?!FROM\b)/i.test(line)) cached = false
      else if (/^Step \d+\/\d+ : FROM\b/i.test(line) || line.includes('---> Using cache')) cached = true
      const layer = /^ ---> ([0-9a-f]{12,64})$/.exec(line.trimEnd())?.[1]
      if (layer && !cached) layers.push(layer)
    },
    layers: () => layers.toReversed(),
  }
}

const removeLayers = async (docker: Docker, layers: readonly string[], log: Log): Promise<void> => {
  for (const layer of layers) {
    try {
      await waitUntil(() => isLayerGone(docker, layer), { timeoutMs: releaseWithinMs, everyMs: 100, what: 'the layer' })
    } catch (error) {
      log.warn({ layer, err: error }, 'a layer of a failed build could not be removed')
    }
  }
}

/** False while the container of an aborted step still holds it: the engine ends that after the connection is gone. */
const isLayerGone = async (docker: Docker, layer: string): Promise<boolean> => {
  try {
    await docker.getImage(layer).remove({ force: false })
    return true
  } catch (error) {
    if (isStatus(error, 404)) return true
    if (!isStatus(error, 409)) throw error
    // Where it is no container, another build has taken the layer up meanwhile.
    return !/used by (running|stopped) container/.test((error as Error).message)
  }
}

const withOutput = (error: AppError, output: readonly string[]): AppError =>
  error.code === 'rejected'
    ? new AppError(error.code, error.message, {
        details: { reason: 'build_failed', ...error.details, output: [...output] },
        cause: error.cause,
      })
    : error
