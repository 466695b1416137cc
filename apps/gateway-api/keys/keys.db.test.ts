import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'
import { startInstallation, type TestInstallation } from '../testing/test-installation.ts'

let server: TestServer
let platform: TestInstallation

beforeAll(async () => {
  server = await startTestServer()
  platform = await startInstallation(server)
})
afterAll(async () => {
  await platform.close()
  await server.stop()
})

type Key = Record<'id' | 'key' | 'start', string> & { last_used_at: string | null }
const person = async (username: string) => {
  const cookie = await platform.signUp(`${username}@example.org`, { username })
  const page = platform.fromPage(cookie)
  const me = (await page('GET', '/api/v1/me')).body as unknown as { id: string; team_id: string }
  return { cookie, page, me }
}
const listKeys = async (page: ReturnType<TestInstallation['fromPage']>) =>
  ((await page('GET', '/api/v1/keys')).body as unknown as { items: Key[] }).items

describe('a key', () => {
  test('is shown once, stored hashed, and says when it was last used', async () => {
    const { page } = await person('ana')
    const made = await page('POST', '/api/v1/keys', { name: 'ci', scope: 'deploy', expires_in_days: 30 })
    expect(made.status).toBe(201)
    const { key, id } = made.body as unknown as Key
    expect(key).toMatch(/^parcela_\w{40,}$/)
    const [listed] = await listKeys(page)
    expect(listed).toMatchObject({
      id,
      name: 'ci',
      scope: 'deploy',
      team_id: null,
      service_id: null,
      last_used_at: null,
    })
    expect(JSON.stringify(listed)).not.toContain(key)
    const rows = await platform.identity.db.selectFrom('apikey').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(key.slice('parcela_'.length + 8))
    await platform.as(key)('GET', '/api/v1/me')
    expect((await listKeys(page))[0]?.last_used_at).not.toBeNull()
  })

  test('is refused within a second on every gateway once it is revoked', async () => {
    const { page } = await person('bea')
    const second = await platform.startSecond()
    const made = (await page('POST', '/api/v1/keys', { name: 'x' })).body as unknown as Key
    const [here, there] = [platform.as(made.key), second.as(made.key)]
    expect([(await here('GET', '/api/v1/me')).status, (await there('GET', '/api/v1/me')).status]).toEqual([200, 200])
    expect((await page('DELETE', `/api/v1/keys/${made.id}`)).status).toBe(204)
    const revoked = Date.now()
    expect((await here('GET', '/api/v1/me')).status).toBe(401)
    let status = 200
    while (status === 200 && Date.now() - revoked < 1500) {
      status = (await there('GET', '/api/v1/me')).status
      if (status === 200) await sleep(20)
    }
    expect(status).toBe(401)
    expect(Date.now() - revoked).toBeLessThan(1200)
    await second.app.close()
  })

  test('that has expired is refused and not listed', async () => {
    const { page } = await person('carla')
    const { key, id } = (await page('POST', '/api/v1/keys', { name: 'x', expires_in_days: 1 })).body as unknown as Key
    await platform.identity.db
      .updateTable('apikey')
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where('id', '=', id)
      .execute()
    expect((await platform.as(key)('GET', '/api/v1/me')).status).toBe(401)
    expect(await listKeys(page)).toEqual([])
  })

  test('makes no other keys, revokes none and ends no session', async () => {
    const { page } = await person('dora')
    const { key, id } = (await page('POST', '/api/v1/keys', { name: 'x' })).body as unknown as Key
    const ask = platform.as(key)
    const answers = [
      await ask('POST', '/api/v1/keys', { name: 'more' }),
      await ask('DELETE', `/api/v1/keys/${id}`),
      await ask('DELETE', '/api/v1/sessions'),
    ]
    for (const { status, body } of answers) expect([status, body.error.details.reason]).toEqual([403, 'session_needed'])
  })

  test("is limited to its person's own teams and services, or is not made", async () => {
    const [eva, leo] = [await person('eva'), await person('leo')]
    const seed = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 128 }
    const service = (await leo.page('POST', '/api/v1/services', seed)).body as { id?: string }
    const foreign = [{ team_id: leo.me.team_id }, { service_id: service.id }, { team_id: 'team_none' }]
    for (const limits of foreign) {
      expect((await eva.page('POST', '/api/v1/keys', { name: 'x', ...limits })).status).toBe(404)
    }
    const own = await leo.page('POST', '/api/v1/keys', { name: 'x', service_id: service.id })
    expect(own.body).toMatchObject({ service_id: service.id, team_id: leo.me.team_id, scope: 'manage' })
  })

  test('of somebody else cannot be revoked or seen', async () => {
    const [fe, gus] = [await person('fe'), await person('gus')]
    const { id } = (await fe.page('POST', '/api/v1/keys', { name: 'x' })).body as unknown as Key
    expect((await gus.page('DELETE', `/api/v1/keys/${id}`)).status).toBe(404)
    expect(await listKeys(gus.page)).toEqual([])
    expect(await listKeys(fe.page)).toHaveLength(1)
  })

  test.each([
    [{ name: '' }, 'name'],
    [{ name: 'x', scope: 'root' }, 'scope'],
    [{ name: 'x', expires_in_days: 0 }, 'expires_in_days'],
    [{ name: 'x', expires: 1 }, 'expires'],
  ])('is not made from %j', async (request, field) => {
    const page = platform.fromPage(await platform.signIn('ana@example.org', 'a good password'))
    const { status, body } = await page('POST', '/api/v1/keys', request)
    expect([status, Object.keys(body.error.fields)]).toEqual([422, [field]])
  })
})
