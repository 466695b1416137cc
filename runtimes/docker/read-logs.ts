import { Readable } from 'node:stream'
import type { Runtime } from '@parcela/core'
import type { EngineConnection } from './connect-engine.ts'
import { demultiplex } from './demultiplex.ts'
import { labelNames } from './labels.ts'
import { isStatus, translateError } from './translate-error.ts'

type ReadLogs = Runtime['readLogs']

/** Lines of a container of ours with the time at which each was written; none of one that is gone or not ours. */
export const createReadLogs = (parts: { engine: EngineConnection; platform: string }): ReadLogs =>
  async function* (id, { lines, follow, signal }) {
    const { patient } = await parts.engine.connect()
    try {
      const container = patient.getContainer(id)
      if ((await container.inspect()).Config.Labels[labelNames.platform] !== parts.platform) return
      const shown = { stdout: true, stderr: true, timestamps: true, tail: lines, abortSignal: signal }
      const output = follow
        ? await container.logs({ ...shown, follow: true })
        : Readable.from([await container.logs({ ...shown, follow: false })])
      for await (const { stream, text } of demultiplex(output as AsyncIterable<Uint8Array>)) {
        if (signal.aborted) return
        yield { stream, ...splitTime(text) }
      }
    } catch (error) {
      // The reader has gone, or the container and its output with it: ordinary ends of reading.
      if (signal.aborted || isStatus(error, 404)) return
      throw translateError(error, 'read the output')
    }
  }

/** `2026-01-31T10:00:00.123456789Z the line`: nanoseconds are cut to the milliseconds that a Date holds. */
const splitTime = (text: string): { time: string | null; text: string } => {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d+)?Z (.*)$/s.exec(text)
  if (!match) return { time: null, text }
  return { time: `${match[1]}${(match[2] ?? '.000').padEnd(4, '0').slice(0, 4)}Z`, text: match[3] ?? '' }
}
