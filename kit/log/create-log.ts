import { pino } from 'pino'

/** Structured lines: an object of facts first, then a sentence. */
export type Log = {
  debug(facts: object, sentence: string): void
  info(facts: object, sentence: string): void
  warn(facts: object, sentence: string): void
  error(facts: object, sentence: string): void
  child(facts: object): Log
}

/** Field names whose values never reach a log, at any of the first levels. */
const secretFields = ['password', 'token', 'key', 'secret', 'authorization', 'cookie'].flatMap(name => [
  name,
  `*.${name}`,
  `*.*.${name}`,
])

/** A log of JSON lines, to standard output or appended to a file. */
export const createLog = (options: { level: 'debug' | 'info' | 'warn' | 'error' | 'silent'; file?: string }): Log =>
  pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretFields, censor: '[secret]' },
    },
    pino.destination({ dest: options.file ?? 1, sync: false, mkdir: true }),
  )

/** A log that says nothing, for tests. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
}
