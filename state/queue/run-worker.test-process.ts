import { silentLog } from '@parcela/kit'
import { openDatabase } from '../database/open-database.ts'
import { testClock } from '../database/test-database.ts'
import { createWorkQueue } from './create-work-queue.ts'

/** A process for tests to kill: takes wake-ups, says so, and never ends its work. Its one argument is the connection string. */
const [connectionString = ''] = process.argv.slice(2)
const database = openDatabase({ connectionString, poolSize: 4, log: silentLog })
const queue = createWorkQueue({ database, log: silentLog, clock: testClock })
await queue.start(
  id => {
    process.stdout.write(`working on ${id}\n`)
    return new Promise(() => undefined)
  },
  { concurrency: 2 },
)
