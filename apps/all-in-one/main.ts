import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'

// The default way to run Parcela: gateway, reconciler, runtime, edge, name server and database, started and stopped together.

// What Node strips and compiles is kept: the next start is faster, and needs no TypeScript compiler in memory.
enableCompileCache(join(process.env.PARCELA_HOME || '.parcela', 'cache', 'node'))
// Most objects of a request die young; a small nursery costs a little time and saves tens of megabytes of an idle process.
setFlagsFromString('--max-semi-space-size=1')

const { runAllInOne } = await import('./run-all-in-one.ts')
await runAllInOne(process)
