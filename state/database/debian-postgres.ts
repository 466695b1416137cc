import { access, chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, spawn, waitUntil } from '@parcela/kit'
import pg from 'pg'

const versions = '/usr/lib/postgresql'

/** For tests: starts the machine's own PostgreSQL (Debian's package) on a unix socket, with its data thrown away at the end. */
export const startDebianPostgres = async (): Promise<{ connectionString: string; stop(): Promise<void> }> => {
  const programs = await findPrograms()
  const home = await mkdtemp(join(tmpdir(), 'parcela-debian-'))
  const user = await findUser()
  if (user) await chown(home, user.uid, user.gid)
  await chmod(home, 0o700)

  const data = join(home, 'data')
  const as = { ...user, cwd: home }
  await run([join(programs, 'initdb'), '-D', data, '-A', 'trust', '-U', 'parcela', '--no-sync'], {
    ...as,
    timeoutMs: 60_000,
  })
  const server = spawn(
    [
      'setpriv',
      '--pdeathsig',
      'INT',
      join(programs, 'postgres'),
      '-D',
      data,
      '-k',
      home,
      '-c',
      'listen_addresses=',
      '-c',
      'fsync=off',
    ],
    { ...as, output: 'ignore' },
  )
  const ended = new Promise(resolve => server.once('exit', resolve))
  const connectionString = `postgresql:///postgres?host=${encodeURIComponent(home)}&user=parcela`
  await waitUntil(() => answers(connectionString), { timeoutMs: 30_000, what: "Debian's PostgreSQL to answer" })
  return {
    connectionString,
    stop: async () => {
      server.kill('SIGINT')
      await ended
      await rm(home, { recursive: true, force: true })
    },
  }
}

const findPrograms = async (): Promise<string> => {
  const found = await readdir(versions).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const [newest] = found.toSorted((one, other) => Number(other) - Number(one))
  if (newest === undefined)
    throw new Error("This test needs Debian's own PostgreSQL: apt-get install postgresql (bin/setup --test does it)")
  const programs = join(versions, newest, 'bin')
  await access(join(programs, 'initdb'))
  return programs
}

/** PostgreSQL refuses to run as root; Debian's package made the user `postgres` for it. */
const findUser = async (): Promise<{ uid: number; gid: number } | undefined> => {
  if (process.getuid?.() !== 0) return undefined
  const ids = await Promise.all(['-u', '-g'].map(flag => run(['id', flag, 'postgres'], { timeoutMs: 10_000 })))
  const [uid, gid] = ids.map(({ stdout }) => Number(stdout))
  if (uid === undefined || gid === undefined) throw new Error('The user postgres has no ids')
  return { uid, gid }
}

const answers = async (connectionString: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString })
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch (error) {
    if (error instanceof Error && /ENOENT|ECONNREFUSED|starting up/.test(error.message)) return false
    throw error
  } finally {
    await client.end()
  }
}
