import { readFile } from 'node:fs/promises'
import { createLog, parseSettings, SettingsError } from '@parcela/kit'
import { createDockerRuntime } from '@parcela/runtime-docker'
import { createDockerApi } from './create-docker-api.ts'
import { readToken } from './read-token.ts'
import { dockerApiSettings } from './settings.ts'

const main = async (): Promise<void> => {
  const settings = parseSettings(dockerApiSettings, process.env, 'PARCELA_')
  const log = createLog({ level: settings.PARCELA_LOG_LEVEL }).child({ app: 'docker-api' })
  const { PARCELA_DOCKER_API_CERT: certFile, PARCELA_DOCKER_API_KEY: keyFile } = settings
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new SettingsError(['PARCELA_DOCKER_API_CERT and PARCELA_DOCKER_API_KEY belong together'])

  const runtime = createDockerRuntime({
    socketPath: settings.PARCELA_DOCKER_SOCKET,
    platform: settings.PARCELA_PLATFORM,
    publishAddress: settings.PARCELA_DOCKER_API_PUBLISH,
    log,
  })
  const api = createDockerApi({
    runtime,
    token: settings.PARCELA_DOCKER_API_TOKEN ?? (await readToken(settings.PARCELA_HOME)),
    ...(certFile && keyFile
      ? { tls: { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') } }
      : {}),
    log,
  })
  const port = await api.listen({ host: settings.PARCELA_DOCKER_API_BIND, port: settings.PARCELA_DOCKER_API_PORT })
  log.info({ host: settings.PARCELA_DOCKER_API_BIND, port }, 'API Docker listens')

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void api.close())
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
