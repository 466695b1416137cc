import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDockerApi } from '@parcela/docker-api'
import { run, silentLog } from '@parcela/kit'
import { createDockerRuntime } from '@parcela/runtime-docker'
import { createRemoteRuntime } from '@parcela/runtime-remote'
import { expect, test } from 'vitest'
import { describeContainers } from './containers.ts'
import { createDockerWorld, socketPath } from './docker-world.ts'
import { describeRuntime, type RuntimeWorld } from './runtime.ts'

/** A certificate for 127.0.0.1 that is its own authority. */
const makeCertificate = async (): Promise<{ cert: string; key: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'parcela-conformance-'))
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  try {
    const subject = ['-subj', '/CN=docker-api', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile]
    await run(['openssl', 'req', '-x509', ...key, ...subject, '-out', certFile], { timeoutMs: 20_000 })
    return { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const startHost = async (platform: string) => {
  const tls = await makeCertificate()
  const token = randomBytes(32).toString('base64url')
  const runtime = createDockerRuntime({ socketPath, platform, log: silentLog })
  const api = createDockerApi({ runtime, token, tls, log: silentLog })
  const port = await api.listen({ host: '127.0.0.1', port: 0 })
  return { api, token, ca: tls.cert, url: `https://127.0.0.1:${port}` }
}

const makeWorld = async (): Promise<RuntimeWorld> => {
  const platform = `conf${randomBytes(4).toString('hex')}`
  const { api, token, ca, url } = await startHost(platform)
  return createDockerWorld({
    runtime: createRemoteRuntime({ url, token, ca, log: silentLog }),
    unreachable: createRemoteRuntime({ url: 'https://127.0.0.1:9', token, ca, log: silentLog }),
    platform,
    end: () => api.close(),
  })
}

describeRuntime('Docker behind API Docker', makeWorld)
describeContainers('containers behind API Docker', makeWorld)

test('another token is refused, and so is a host with another certificate', async () => {
  const { api, token, ca, url } = await startHost('confrefused')
  const guessing = createRemoteRuntime({ url, token: 'x'.repeat(43), ca, log: silentLog })
  await expect(guessing.listInstances()).rejects.toMatchObject({
    code: 'unavailable',
    details: { reason: 'token_refused' },
  })
  const distrusting = createRemoteRuntime({ url, token, log: silentLog })
  await expect(distrusting.listInstances()).rejects.toMatchObject({ code: 'unavailable' })
  await api.close()
})
