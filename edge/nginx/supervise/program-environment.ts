import { AppError } from '@parcela/contract'

/** What nginx sees of our environment: where programs of the system lie, also for people whose own search path lacks those of root. */
export const programEnvironment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

/** What to say when the program is not there. */
export const nginxMissing = (cause: unknown): AppError =>
  new AppError('unavailable', 'nginx could not be started. Is it installed? bin/setup installs it.', { cause })
