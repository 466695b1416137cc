import { afterEach, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts'

let gateway: TestGateway
afterEach(() => gateway.app.close())

const getPlatform = () => gateway.send({ method: 'GET', url: '/api/v1/platform' })

describe('what anybody may know of an installation', () => {
  test.each(['open', 'invite', 'closed'] as const)('is that its sign-up is %s, and nothing else', async signUp => {
    gateway = await startTestGateway({ settings: { signUp } })
    const { status, body } = await getPlatform()
    expect(status).toBe(200)
    expect(body).toEqual({ sign_up: signUp, mail: false, open_id: null })
  })

  test('is the name of the provider that people sign in with, and nothing else of its settings', async () => {
    const openId = { issuer: 'https://id.example', clientId: 'parcela', clientSecret: 'a secret', name: 'School' }
    const mail = { url: 'smtp://127.0.0.1:1', from: 'parcela@example.org' }
    gateway = await startTestGateway({ settings: { openId, mail } })
    expect((await getPlatform()).body).toEqual({ sign_up: 'open', mail: true, open_id: { name: 'School' } })
  })

  test('is not told for ever to an address that asks without pause', async () => {
    gateway = await startTestGateway()
    let answer = await getPlatform()
    for (let asked = 1; answer.status === 200 && asked < 200; asked += 1) answer = await getPlatform()
    expect([answer.status, answer.body.error.code]).toEqual([429, 'busy'])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })
})
