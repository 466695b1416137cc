import type { AddressInfo } from 'node:net'
import type { ServiceEvent } from '@parcela/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts'
import { withHeartbeat } from './with-heartbeat.ts'

let gateway: TestGateway
let person: Awaited<ReturnType<TestGateway['newPerson']>>
let base: string
let id: string

const step = (name: string): ServiceEvent => ({
  type: 'step',
  step: name,
  status: 'done',
  started_at: '2026-01-01T00:00:00.000Z',
  finished_at: '2026-01-01T00:00:01.000Z',
  message: 'two\nlines',
  run_id: 'run_1',
  release_id: null,
})

beforeAll(async () => {
  gateway = await startTestGateway()
  person = await gateway.newPerson('ana')
  const made = await person.ask('POST', '/api/v1/services', {
    service_type: 'docker',
    service_format: 'web',
    storage_gb: 1,
    ram_mb: 128,
  })
  id = String(made.body.id)
  gateway.stored.push({ id: 7, event: step('build-image') }, { id: 9, event: step('run-container') })
  gateway.lines.push({ time: null, stream: 'stdout', text: 'ready', release_id: null })
  await gateway.app.listen({ port: 0, host: '127.0.0.1' })
  base = `http://127.0.0.1:${(gateway.app.server.address() as AddressInfo).port}`
})
afterAll(() => gateway.app.close())

/** As `fetch`, which would not let us choose the host name. */
const open = async (path: string, headers: Record<string, string> = {}) => {
  const { request } = await import('node:http')
  const { promise, resolve, reject } = Promise.withResolvers<import('node:http').IncomingMessage>()
  request(
    `${base}${path}`,
    { headers: { host: 'parcela.localhost:8443', authorization: `Bearer ${person.key}`, ...headers } },
    resolve,
  )
    .on('error', reject)
    .end()
  return promise
}

const readUntil = async (stream: AsyncIterable<Buffer>, enough: string): Promise<string> => {
  let text = ''
  for await (const chunk of stream) {
    text += chunk.toString('utf8')
    if (text.includes(enough)) break
  }
  return text
}

describe('events', () => {
  test('are streamed as they are stored, one line of data each', async () => {
    const response = await open(`/api/v1/services/${id}/events`)
    expect(response.headers['content-type']).toContain('text/event-stream')
    expect(response.headers['x-accel-buffering']).toBe('no')
    const text = await readUntil(response, 'run-container')
    expect(text).toContain(`event: step\nid: 7\ndata: ${JSON.stringify(step('build-image'))}\n\n`)
  })

  test('resume after Last-Event-ID', async () => {
    const text = await readUntil(await open(`/api/v1/services/${id}/events`, { 'last-event-id': '7' }), 'run-container')
    expect(text).not.toContain('build-image')
    const bad = await open(`/api/v1/services/${id}/events`, { 'last-event-id': 'x' })
    expect(bad.statusCode).toBe(422)
    bad.resume()
  })

  test('of a service that is not there are 404, not an empty stream', async () => {
    const response = await open('/api/v1/services/svc_nothing/events')
    expect(response.statusCode).toBe(404)
    response.resume()
  })
})

test('logs are a JSON document per line', async () => {
  for (const kind of ['runtime', 'build']) {
    const response = await open(`/api/v1/services/${id}/logs?kind=${kind}`)
    expect(response.headers['content-type']).toContain('application/x-ndjson')
    const text = await readUntil(response, 'nothing will match this')
    expect(text).toBe(kind === 'runtime' ? `${JSON.stringify(gateway.lines[0])}\n` : '')
  }
})

test('a gateway that stops ends its open streams', async () => {
  const other = await startTestGateway()
  const { key, ask } = await other.newPerson('eva')
  const plain = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 128 }
  const made = await ask('POST', '/api/v1/services', plain)
  await other.app.listen({ port: 0, host: '127.0.0.1' })
  base = `http://127.0.0.1:${(other.app.server.address() as AddressInfo).port}`
  const response = await open(`/api/v1/services/${made.body.id}/events`, { authorization: `Bearer ${key}` })
  const ended = new Promise(resolve => response.on('close', resolve))
  // The end of a stream that is cut is an error to its reader.
  response.on('error', () => response.destroy())
  response.resume()
  await other.app.close()
  await ended
})

describe('a heartbeat', () => {
  test('fills the silence between items and ends with them', async () => {
    async function* slow() {
      yield 'one'
      await new Promise(resolve => setTimeout(resolve, 60))
      yield 'two'
    }
    const seen: string[] = []
    const options = { beat: 'beat', everyMs: 20, signal: new AbortController().signal }
    for await (const item of withHeartbeat(slow(), options)) seen.push(item)
    expect(seen[0]).toBe('one')
    expect(seen.at(-1)).toBe('two')
    expect(seen.filter(item => item === 'beat').length).toBeGreaterThan(0)
  })

  test('hands on the failure of its source', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield 'one'
      throw new Error('lost')
    }
    const options = { beat: 'beat', everyMs: 1_000, signal: new AbortController().signal }
    const all = async () => {
      for await (const _ of withHeartbeat(broken(), options));
    }
    await expect(all()).rejects.toThrow('lost')
  })
})
