import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts'

let list: Server
let gateway: TestGateway
let asked: string[]

const stolen = 'correct horse battery staple'
const padded = 'in the padding alone'
const hashOf = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase()

beforeEach(async () => {
  asked = []
  list = createServer((request, response) => {
    asked.push(request.url ?? '')
    const prefix = request.url?.split('/').pop() ?? ''
    const lines = [`${'0'.repeat(35)}:7`]
    if (hashOf(stolen).startsWith(prefix)) lines.push(`${hashOf(stolen).slice(5)}:3861493`)
    if (hashOf(padded).startsWith(prefix)) lines.push(`${hashOf(padded).slice(5)}:0`)
    response.end(lines.join('\r\n'))
  })
  await new Promise<void>(resolve => list.listen(0, '127.0.0.1', resolve))
  const { port } = list.address() as AddressInfo
  gateway = await startTestGateway({ settings: { breachList: { url: `http://127.0.0.1:${port}` } } })
})
afterEach(async () => {
  await gateway.app.close()
  list.close()
})

const signUp = (password: string) =>
  gateway.send({
    method: 'POST',
    url: '/api/auth/sign-up/email',
    payload: { email: 'ana@example.org', name: 'Ana', password },
  })

describe('a new password', () => {
  test('that was stolen somewhere is refused, and the list hears five digits of its hash', async () => {
    const { status, body } = await signUp(stolen)
    expect([status, body.code]).toEqual([400, 'PASSWORD_COMPROMISED'])
    expect(asked).toEqual([`/range/${hashOf(stolen).slice(0, 5)}`])
  })

  test.each([padded, 'one that nobody has stolen'])('that is not in the list is taken (%s)', async password => {
    expect((await signUp(password)).status).toBe(200)
  })

  test('is taken while the list does not answer', async () => {
    await new Promise(resolve => list.close(resolve))
    expect((await signUp(stolen)).status).toBe(200)
  })
})
