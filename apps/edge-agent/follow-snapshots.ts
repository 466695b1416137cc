import type { KeyObject } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, toAppError } from '@parcela/contract'
import type { Edge } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { applySnapshot } from './apply-snapshot.ts'
import { openSnapshot } from './open-snapshot.ts'
import type { VersionFile } from './version-file.ts'

/** Asks the gateway for what is newer than `after`; undefined when nothing is. */
export type AskGateway = (
  report: { after: number; problem: string | null },
  signal: AbortSignal,
) => Promise<unknown | undefined>

type Parts = {
  ask: AskGateway
  edge: Edge
  key: KeyObject
  versions: VersionFile
  log: Log
  /** Pauses after failures, in milliseconds: the first, and the longest. */
  pauses?: { first: number; longest: number }
}

/**
 * Keeps the edge as the platform says, until aborted. What cannot be had or used is tried again after growing pauses, and told to the gateway;
 * meanwhile the edge serves what it served. A snapshot older than the last one, or of another platform, is never used.
 */
export const followSnapshots = async (parts: Parts, signal: AbortSignal): Promise<void> => {
  const { log, pauses = { first: 1_000, longest: 30_000 } } = parts
  let problem: string | null = null
  let pause = pauses.first
  while (!signal.aborted) {
    try {
      await followOnce(parts, problem, signal)
      problem = null
      pause = pauses.first
    } catch (error) {
      if (signal.aborted) return
      const { message } = toAppError(error)
      problem = message.slice(0, 500)
      log.warn({ err: error, retry_ms: pause }, `what to serve could not be brought up to date: ${message}`)
      await sleep(pause, undefined, { signal }).catch(ignoreAbort)
      pause = Math.min(pause * 2, pauses.longest)
    }
  }
}

const followOnce = async (
  { ask, edge, key, versions, log }: Parts,
  problem: string | null,
  signal: AbortSignal,
): Promise<void> => {
  const before = await versions.read()
  const answer = await ask({ after: before?.version ?? 0, problem }, signal)
  if (answer === undefined) return
  const snapshot = openSnapshot(answer, key)
  if (before && snapshot.platform !== before.platform)
    throw new AppError(
      'rejected',
      `This edge serves platform ${before.platform}; the gateway is of ${snapshot.platform}.`,
      {
        details: { reason: 'other_platform' },
      },
    )
  if (before && snapshot.version <= before.version)
    throw new AppError(
      'rejected',
      `The gateway sent version ${snapshot.version}; this edge serves ${before.version} already.`,
      {
        details: { reason: 'older_version' },
      },
    )

  const certificates = snapshot.certificates.map(({ names }) => [...names])
  await applySnapshot(edge, snapshot, before?.certificates ?? [])
  await versions.write({ platform: snapshot.platform, version: snapshot.version, certificates })
  log.info({ version: snapshot.version, routes: snapshot.routes.length, certificates: certificates.length }, 'serves')
}

const ignoreAbort = (error: Error): void => {
  if (error.name !== 'AbortError') throw error
}
