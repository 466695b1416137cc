import { AppError } from '@parcela/contract'
import { run, runToEnd } from '@parcela/kit'

/** The system user that nginx's workers run as, made when it is missing; null when we are not root and so cannot be anybody else. */
export const ensureEdgeUser = async (name: string): Promise<{ name: string; gid: number } | null> => {
  if (process.getuid?.() !== 0) return null
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(name)) throw new AppError('invalid', `${name} is no name for a system user.`)
  const gid = (await findGroupId(name)) ?? (await createUser(name))
  return { name, gid }
}

const createUser = async (name: string): Promise<number> => {
  await run(['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name], {
    timeoutMs: 10_000,
  })
  const gid = await findGroupId(name)
  if (gid === undefined) throw new AppError('unavailable', `The system user ${name} could not be made.`)
  return gid
}

const findGroupId = async (name: string): Promise<number | undefined> => {
  const { exitCode, stdout } = await runToEnd(['getent', 'passwd', name], { timeoutMs: 10_000 })
  return exitCode === 0 ? Number(stdout.split(':')[3]) : undefined
}
