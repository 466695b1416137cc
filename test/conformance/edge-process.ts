import { createNginxEdge } from '@parcela/edge-nginx'
import { silentLog } from '@parcela/kit'

/** A process of the platform to be killed: it starts the edge with the options in its first argument, and stays. */
const edge = createNginxEdge({ ...JSON.parse(process.argv[2] ?? '{}'), log: silentLog })
await edge.start()
process.stdout.write('started\n')
setInterval(() => undefined, 60_000)
