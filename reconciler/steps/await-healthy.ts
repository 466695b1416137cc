import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, type ErrorDetails } from '@parcela/contract'
import type { Instance } from '@parcela/core'
import { targetOf, type Work } from '../loop/work.ts'
import { findTargetInstance, upstreamOf } from './find-target-instance.ts'

const deadlineMs = 60_000
const lookAtEngineEveryMs = 500
const tailLines = 5

/** Waits until the new instance answers HTTP itself; `rejected` with its last words when it ends first or never answers. */
export const awaitHealthy = async (work: Work): Promise<string> => {
  const { recipe } = targetOf(work)
  const started = Date.now()
  let instance = work.instance ?? (await findTargetInstance(work))
  let lookedAt = started

  for (let pause = 5; Date.now() - started < deadlineMs; pause = Math.min(pause * 1.5, 250)) {
    work.signal.throwIfAborted()
    if (endedByItself(instance)) throw await endingOf(work, instance)
    const status = await work.ports.probe({ ...upstreamOf(instance), path: recipe.health_path, timeoutMs: 5_000 })
    if (status !== undefined && status < 500) return `answered ${status}`
    if (Date.now() - lookedAt > lookAtEngineEveryMs) {
      instance = await findTargetInstance(work)
      lookedAt = Date.now()
    }
    await sleep(pause, undefined, { signal: work.signal })
  }
  throw await withLastLines(work, instance.id, {
    says: `The site did not answer within ${deadlineMs / 1000} s of its start.`,
    details: { reason: 'no_answer', seconds: deadlineMs / 1000 },
  })
}

/** Exit codes of SIGKILL and SIGTERM: somebody outside ended it, such as an engine that restarts; it is worth another try. */
const endedFromOutside: ReadonlySet<number> = new Set([137, 143])

const endedByItself = ({ state, exit }: Instance): boolean =>
  state === 'stopped' && exit !== null && (exit.out_of_memory || !endedFromOutside.has(exit.code))

const endingOf = async (work: Work, { id, exit }: Instance): Promise<AppError> => {
  const { ram_mb } = work.spec.resources
  if (exit?.out_of_memory)
    return withLastLines(work, id, {
      says: `The site's server ran out of its ${ram_mb} MB of memory; give it more.`,
      details: { reason: 'out_of_memory', ram_mb },
    })
  return withLastLines(work, id, {
    says: `The site's server ended by itself with code ${exit?.code ?? 'unknown'}.`,
    details: { reason: 'ended_by_itself', exit_code: exit?.code ?? -1 },
  })
}

const withLastLines = async (
  work: Work,
  id: string,
  { says, details }: { says: string; details: ErrorDetails },
): Promise<AppError> => {
  const lines = await readLastLines(work, id)
  if (lines.length === 0) return new AppError('rejected', says, { details })
  return new AppError('rejected', `${says} Its last lines: ${lines.join(' | ')}`, {
    details: { ...details, last_lines: lines.join('\n') },
  })
}

const readLastLines = async (work: Work, id: string): Promise<string[]> => {
  const lines: string[] = []
  for await (const { text } of work.ports.runtime.readLogs(id, {
    lines: tailLines,
    follow: false,
    signal: work.signal,
  }))
    lines.push(text)
  return lines
}
