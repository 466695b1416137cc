import { AppError } from '@parcela/contract'
import { runToEnd } from '@parcela/kit'
import { nginxMissing, programEnvironment } from '../supervise/program-environment.ts'

/** Has nginx itself read a configuration without using it; throws `rejected` with its reason when it would refuse. */
export const testConfig = async ({
  binary,
  directory,
  file,
}: {
  binary: string
  directory: string
  file: string
}): Promise<void> => {
  const { exitCode, stderr } = await runToEnd([binary, '-t', '-q', '-p', `${directory}/`, '-c', file], {
    cwd: directory,
    env: programEnvironment,
    timeoutMs: 30_000,
  }).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' ? nginxMissing(cause) : cause
  })
  if (exitCode === 0) return
  throw new AppError('rejected', `nginx refused the configuration: ${describeRefusal(stderr)}`, {
    details: { reason: 'configuration_refused' },
    cause: new Error(stderr.trim()),
  })
}

/** The first complaint, without where it lies on the host. */
export const describeRefusal = (stderr: string): string => {
  const line = stderr.split('\n').find(each => /\[(emerg|crit)\]/.test(each)) ?? stderr.split('\n')[0] ?? ''
  return line
    .replace(/^.*\[(emerg|crit)\]\s*(\d+#\d+:\s*)?/, '')
    .replace(/ in \/[^\s"]*:\d+\s*$/, '')
    .replace(/(?:\/[^\s/"':]+)+\/([^\s/"':]+)/g, '$1')
    .trim()
}
