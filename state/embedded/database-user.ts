import { userInfo } from 'node:os'
import { runToEnd, SubprocessError } from '@parcela/kit'

/** Who the server runs as. */
export type DatabaseUser = {
  name: string
  uid: number
  gid: number
  /** Whether that is somebody else than the user of this process. */
  isOther: boolean
}

const databaseUserName = 'parcela-db'
const timeoutMs = 10_000

/** What programs of the database see of our environment: nothing, so that no secret of ours is in it. */
export const databaseEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
}

/** PostgreSQL refuses to run as root: root gets a system user of its own, made when missing. Anybody else runs it themselves. */
export const ensureDatabaseUser = async (): Promise<DatabaseUser> => {
  const { username, uid, gid } = userInfo()
  if (uid !== 0) return { name: username, uid, gid, isOther: false }
  return (await findUser()) ?? (await createUser())
}

/** The argv of a program of the database: as its user, with no way to become another, and ended with us. `program` is an absolute path. */
export const asDatabaseUser = (
  user: DatabaseUser,
  [program, ...args]: readonly [string, ...string[]],
): [string, ...string[]] => [
  'setpriv',
  ...(user.isOther ? ['--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--clear-groups', '--inh-caps=-all'] : []),
  '--no-new-privs',
  // The kernel forgets this signal when the user changes; setpriv sets it after that (util-linux 2.38).
  '--pdeathsig',
  'INT',
  program,
  ...args,
]

const findUser = async (): Promise<DatabaseUser | undefined> => {
  const { exitCode, stdout } = await runToEnd(['getent', 'passwd', databaseUserName], {
    timeoutMs,
    env: databaseEnvironment,
  })
  const [, , uid, gid] = stdout.split(':')
  if (exitCode !== 0 || !uid || !gid) return undefined
  return { name: databaseUserName, uid: Number(uid), gid: Number(gid), isOther: true }
}

const createUser = async (): Promise<DatabaseUser> => {
  const home = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin']
  const argv = ['useradd', '--system', '--user-group', ...home, databaseUserName] as const
  const attempt = await runToEnd(argv, { timeoutMs, env: databaseEnvironment })
  // Somebody may have made it at the same moment: what counts is that it is there.
  const user = await findUser()
  if (user) return user
  throw new SubprocessError('useradd', attempt)
}
