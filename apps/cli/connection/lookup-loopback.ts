import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { isLocalhost } from './is-localhost.ts'

type Done = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

/** Resolves names as usual, but `localhost` and what ends with it to the loopback (RFC 6761), which not every system's resolver does. */
export const lookupLoopback = (host: string, options: LookupOptions, done: Done): void => {
  if (!isLocalhost(host)) lookup(host, options, done)
  else if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }])
  else done(null, '127.0.0.1', 4)
}
