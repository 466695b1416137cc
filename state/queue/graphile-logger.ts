import type { Log } from '@parcela/kit'
import { Logger } from 'graphile-worker'

/** graphile-worker's own messages, in our log; what it says of every single job only when debugging. */
export const graphileLogger = (log: Log): Logger =>
  new Logger(() => (level, message, meta) => {
    const facts = meta?.error === undefined ? {} : { err: meta.error }
    if (level === 'error') log.error(facts, message)
    else if (level === 'warning') log.warn(facts, message)
    else log.debug(facts, message)
  })
