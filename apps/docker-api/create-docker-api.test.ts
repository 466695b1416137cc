import { randomBytes } from 'node:crypto'
import { AppError } from '@parcela/contract'
import type { BuildRequest, Runtime } from '@parcela/core'
import { packTar, silentLog, type TarFile } from '@parcela/kit'
import { afterEach, expect, test } from 'vitest'
import { createDockerApi, type DockerApi } from './create-docker-api.ts'

const token = randomBytes(32).toString('base64url')
const open: DockerApi[] = []
afterEach(async () => {
  for (const api of open.splice(0)) await api.close()
})

const unused = (): never => {
  throw new Error('this call is not part of the test')
}
const noRuntime: Runtime = {
  checkHealth: unused,
  listInstances: unused,
  listImages: unused,
  listNetworks: unused,
  hasImage: unused,
  ensureImage: unused,
  ensureNetwork: unused,
  ensureInstance: unused,
  stopInstance: unused,
  removeInstance: unused,
  removeImage: unused,
  removeNetwork: unused,
  readLogs: unused,
}

const start = async (runtime: Partial<Runtime>) => {
  const api = createDockerApi({ runtime: { ...noRuntime, ...runtime }, token, log: silentLog })
  open.push(api)
  const url = `http://127.0.0.1:${await api.listen({ host: '127.0.0.1', port: 0 })}/v1`
  return (path: string, init: RequestInit & { duplex?: 'half' } = {}) =>
    fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })
}

const spec = {
  service_id: 'svc_1',
  team_id: 'team_1',
  name: 'hola',
  release_id: null,
  revision: 'aaaaaaaaaaaa',
  generation: 3,
  image: 'parcela-test/svc_1:d1',
  container_port: 8080,
  host_port: 20_000,
  ram_mb: 64,
  cpus: 0.5,
  pids_limit: 50,
  env: {},
  tmpfs: { '/tmp': 1 },
  stop_signal: 'SIGTERM',
  network: { team_id: 'team_1', subnet: '10.208.0.0/24' },
}
const put = (body: object) => ({
  method: 'PUT',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
})

const files = async function* (given: Record<string, string>): AsyncIterable<TarFile> {
  for (const [path, text] of Object.entries(given)) {
    const bytes = Buffer.from(text)
    yield { path, size: bytes.length, time: new Date(0), open: () => once(bytes) }
  }
}
async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
const upload = (given: Record<string, string>) => ({
  method: 'PUT',
  body: packTar(files(given)) as unknown as NonNullable<RequestInit['body']>,
  duplex: 'half' as const,
  headers: { 'content-type': 'application/x-tar' },
})

/** A runtime that reads the whole context. */
const reading = (seen: Record<string, string>): Partial<Runtime> => ({
  ensureImage: async (request: BuildRequest, { onLine }) => {
    onLine(request.dockerfile.trim())
    for await (const { path, open: openFile } of request.context()) {
      const parts: Uint8Array[] = []
      for await (const part of openFile()) parts.push(part)
      seen[path] = Buffer.concat(parts).toString()
    }
  },
})

const linesOf = async (answer: Response): Promise<unknown[]> =>
  (await answer.text())
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))

test('nothing is answered without the token', async () => {
  const ask = await start({ listInstances: async () => [] })
  expect((await ask('/instances')).status).toBe(200)
  for (const authorization of ['', 'Bearer ', `Bearer ${token}x`, `Basic ${token}`]) {
    const answer = await ask('/instances', { headers: { authorization } })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ error: { code: 'unauthenticated', request_id: expect.any(String) } })
  }
})

test('a token that could be guessed is refused at the start', () => {
  expect(() => createDockerApi({ runtime: noRuntime, token: 'secret', log: silentLog })).toThrow('at least 32')
})

test('plain HTTP is offered on loopback only', async () => {
  const api = createDockerApi({ runtime: noRuntime, token, log: silentLog })
  open.push(api)
  await expect(api.listen({ host: '0.0.0.0', port: 0 })).rejects.toThrow('certificate')
})

test('an instance that is described wrongly is refused with the fields, and unknown fields are', async () => {
  const ask = await start({})
  const answer = await ask('/instances', put({ ...spec, host_port: 0, name: 'a b', privileged: true }))
  expect(answer.status).toBe(422)
  const { error } = (await answer.json()) as { error: { fields: Record<string, string> } }
  expect(Object.keys(error.fields).sort()).toEqual(['host_port', 'name', 'request'])
})

test('an order older than one that was seen is refused, also when its instance is gone again', async () => {
  const ask = await start({
    ensureInstance: async ({ generation, ...given }) => ({
      ...given,
      id: 'c1',
      generation,
      state: 'running',
      exit: null,
      upstream: null,
      created_at: new Date(),
    }),
  })
  expect((await ask('/instances', put(spec))).status).toBe(200)
  expect((await ask('/instances', put(spec))).status).toBe(200)
  const older = await ask('/instances', put({ ...spec, generation: 2 }))
  expect(older.status).toBe(409)
  expect(await older.json()).toMatchObject({ error: { details: { reason: 'stale_generation' } } })
})

test('errors of the runtime keep code, reason and message; faults of ours say nothing of the inside', async () => {
  const ask = await start({
    removeImage: async () => {
      throw new AppError('conflict', 'A container still uses the image.', { details: { reason: 'in_use' } })
    },
    listNetworks: async () => {
      throw new Error('secret path /root/x')
    },
  })
  const refused = await ask('/images?reference=parcela-a/b:c', { method: 'DELETE' })
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({ error: { code: 'conflict', details: { reason: 'in_use' } } })
  const failed = await ask('/networks')
  expect(failed.status).toBe(500)
  expect(await failed.text()).not.toContain('/root/x')
})

test('a build context arrives file by file, and the output leaves line by line', async () => {
  const seen: Record<string, string> = {}
  const ask = await start(reading(seen))
  const answer = await ask(
    '/images?reference=parcela-a/svc_1:d1&digest=d1&service_id=svc_1',
    upload({ Dockerfile: 'FROM scratch\n', 'site/index.html': 'hola', 'site/ñ/x.txt': 'x'.repeat(100_000) }),
  )
  expect(await linesOf(answer)).toEqual([{ line: 'FROM scratch' }, { done: true }])
  expect(seen).toEqual({ 'site/index.html': 'hola', 'site/ñ/x.txt': 'x'.repeat(100_000) })
})

test('a context with a path that leaves it is refused by the name of the file', async () => {
  const ask = await start(reading({}))
  const answer = await ask(
    '/images?reference=parcela-a/svc_1:d1&digest=d1',
    upload({ Dockerfile: 'FROM scratch\n', '../../etc/passwd': 'x' }),
  )
  expect(await linesOf(answer)).toMatchObject([
    { line: 'FROM scratch' },
    { error: { code: 'invalid', fields: { '../../etc/passwd': expect.any(String) } } },
  ])
})

test('a context that does not begin with a Dockerfile is invalid', async () => {
  const ask = await start(reading({}))
  const answer = await ask('/images?reference=parcela-a/svc_1:d1&digest=d1', upload({ 'site/index.html': 'x' }))
  expect(answer.status).toBe(422)
})

test('a reader that leaves ends the reading', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const ask = await start({
    readLogs: async function* (_id, { signal }) {
      yield { time: null, stream: 'stdout', text: 'one' }
      signal.addEventListener('abort', () => resolve())
      await promise
    },
  })
  const leaving = new AbortController()
  const answer = await ask('/instances/c1/logs?lines=10&follow=true', { signal: leaving.signal })
  const reader = answer.body?.getReader()
  await reader?.read()
  leaving.abort()
  await promise
})
