import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gatewayRoutes } from '@parcela/contract'
import { Validator } from '@seriousme/openapi-schema-validator'
import { fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requireContract } from '../routes/require-contract.ts'
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts'

let gateway: TestGateway
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parcela-page-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>page</title>')
  await writeFile(join(folder, 'assets', 'main-4f3a2b1c.js'), 'export {}')
  await writeFile(join(folder, 'robots.txt'), 'User-agent: *')
  gateway = await startTestGateway({ settings: { webFolder: folder } })
})
afterAll(async () => {
  await gateway.app.close()
  await rm(folder, { recursive: true })
})

const get = (url: string, headers: Record<string, string> = {}) => gateway.send({ method: 'GET', url, headers })

describe('the description of the API', () => {
  test('is valid OpenAPI 3.1 and has every route of the contract', async () => {
    const { text } = await get('/api/v1/openapi.json')
    const document = JSON.parse(text) as { openapi: string; paths: Record<string, Record<string, unknown>> }
    const result = await new Validator().validate(document)
    expect(result.errors).toBeUndefined()
    expect(result.valid).toBe(true)
    expect(document.openapi).toMatch(/^3\.1/)
    for (const { method, path } of Object.values(gatewayRoutes)) {
      expect(document.paths[`/api/v1${path}`]).toHaveProperty(method.toLowerCase())
    }
    expect(Object.keys(document.paths).every(path => path.startsWith('/api/v1/'))).toBe(true)
  })

  test('shows bodies as JSON and as multipart, and errors', async () => {
    const { body } = await get('/api/v1/openapi.json')
    const paths = body.paths as Record<string, Record<string, { requestBody: { content: object }; responses: object }>>
    const create = paths['/api/v1/services']?.post
    expect(Object.keys(create?.requestBody.content ?? {})).toEqual(['application/json', 'multipart/form-data'])
    expect(Object.keys(create?.responses ?? {})).toEqual(['202', 'default'])
    expect(Object.keys(paths['/api/v1/blobs/{sha256}']?.put?.requestBody.content ?? {})).toEqual([
      'application/octet-stream',
    ])
  })

  test('is readable without scripts or anything from elsewhere', async () => {
    const { status, text, headers } = await get('/api/docs')
    expect(status).toBe(200)
    expect(headers['content-type']).toContain('text/html')
    expect(text).not.toMatch(/<script|\son\w+=|src=|style="/i)
    expect(text).toContain('/api/v1/services/{id}/rollback')
    expect((await get('/api/docs/style.css')).headers['content-type']).toContain('text/css')
  })
})

describe('paths', () => {
  test("that nothing answers are 404 in the contract's shape", async () => {
    const { status, body } = await get('/api/v1/nothing')
    expect([status, body.error.code]).toEqual([404, 'not_found'])
    expect(body.error.request_id).toMatch(/^req_/)
    expect((await get('/api/v1/services/%ZZ')).status).toBe(400)
  })

  test('under /api/v1 that are not in the contract stop the gateway from starting', () => {
    const app = fastify()
    requireContract(app)
    expect(() => app.get('/api/v1/secret', async () => 'x')).toThrow(/not in the contract/)
  })

  test('of every route but the public ones need to know who asks', async () => {
    const publicPaths = Object.values(gatewayRoutes).filter(({ permission }) => permission === 'public')
    expect(publicPaths.map(({ path }) => path)).toEqual(['/invitations/view', '/platform'])
    for (const { method, path, permission } of Object.values(gatewayRoutes)) {
      if (permission === 'public') continue
      const url = `/api/v1${path.replaceAll(/\{\w+\}/g, 'x')}`
      expect([method, path, (await gateway.send({ method, url })).status]).toEqual([method, path, 401])
    }
  })

  test('are answered under the name of the page only', async () => {
    const { status } = await gateway.send({ method: 'GET', url: '/api/docs', headers: { host: 'evil.example' } })
    expect(status).toBe(421)
  })
})

describe('headers', () => {
  test('forbid frames, sniffing, inline scripts and other origins', async () => {
    const { headers } = await get('/', { accept: 'text/html' })
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(headers['x-frame-options']).toBe('DENY')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['x-powered-by']).toBeUndefined()
    expect(headers.server).toBeUndefined()
  })

  test('keep answers of the API out of caches', async () => {
    expect((await get('/api/v1/me')).headers['cache-control']).toBe('no-store')
  })
})

describe('the page', () => {
  test("is served at every address that is not the API's, and never cached", async () => {
    for (const url of ['/', '/services/svc_1?tab=logs']) {
      const { status, text, headers } = await get(url, { accept: 'text/html' })
      expect([status, headers['cache-control']]).toEqual([200, 'no-cache'])
      expect(text).toContain('<title>page</title>')
    }
    expect((await get('/nothing.png', { accept: 'image/png' })).status).toBe(404)
    expect((await get('/../../etc/passwd', { accept: 'text/plain' })).status).toBe(404)
    expect((await get('/%2e%2e/%2e%2e/etc/passwd', { accept: 'text/plain' })).status).toBe(404)
  })

  test('has assets that are cached for good', async () => {
    expect((await get('/assets/main-4f3a2b1c.js')).headers['cache-control']).toContain('immutable')
    expect((await get('/robots.txt')).headers['cache-control']).toBe('no-cache')
  })
})

describe('probes', () => {
  test('tell whether the process answers and whether the platform can work', async () => {
    expect((await gateway.send({ method: 'GET', url: '/healthz', headers: { host: 'localhost' } })).body).toEqual({
      ok: true,
    })
    expect((await get('/readyz')).body).toEqual({ ok: true, checks: { database: true } })
    const ill = await startTestGateway({
      ports: { health: async () => ({ ok: false, checks: { database: 'password of admin refused' } }) },
    })
    const { status, body } = await ill.send({ method: 'GET', url: '/readyz' })
    expect([status, body]).toEqual([503, { ok: false, checks: { database: false } }])
    await ill.app.close()
  })

  test('show numbers to administrators only', async () => {
    expect((await get('/metrics')).status).toBe(401)
    const { ask } = await gateway.newPerson('ana')
    expect((await ask('GET', '/metrics')).status).toBe(403)
    const admin = gateway.as(
      await gateway.createKey(await gateway.signIn('admin@example.org', 'correct horse battery')),
    )
    expect((await admin('GET', '/metrics')).text).toContain('parcela_http_request_duration_seconds_bucket')
  })
})

test('a failure inside says nothing about itself', async () => {
  const broken = await startTestGateway()
  const { ask } = await broken.newPerson('ana')
  broken.desired.listServices = () => Promise.reject(new Error('connect /root/.parcela/secret refused'))
  const { status, body, text } = await ask('GET', '/api/v1/services')
  expect([status, body.error.code]).toEqual([500, 'internal'])
  expect(text).not.toContain('secret')
  expect(text).not.toContain('stack')
  await broken.app.close()
})
