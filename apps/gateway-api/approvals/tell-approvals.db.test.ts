import type { ApprovalNotice } from '@parcela/core'
import { waitUntil } from '@parcela/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../state/database/test-database.ts'
import { origin } from '../testing/test-client.ts'
import { administrator, startInstallation, type TestInstallation } from '../testing/test-installation.ts'
import { startTestMailServer, type TestMailServer } from '../testing/test-mail-server.ts'

let server: TestServer
let mail: TestMailServer
let world: TestInstallation
let admin: ReturnType<TestInstallation['fromPage']>

beforeAll(async () => {
  server = await startTestServer()
  mail = await startTestMailServer()
  world = await startInstallation(server, { mail: mail.settings })
  admin = world.fromPage(await world.signIn(administrator.email, administrator.password))
  const [plan] = await world.ports.quotas.listPlans()
  await world.ports.quotas.updatePlan(plan?.id ?? '', { self_service: { ram_mb: 256 } })
})
afterAll(async () => {
  await world.close()
  await mail.stop()
  await server.stop()
})

const api = '/api/v1'
const wanted = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 512 }
const newPerson = async (username: string) => {
  const email = `${username}@example.org`
  const password = 'a good password'
  expect((await admin('POST', `${api}/people`, { username, email, password })).status).toBe(201)
  const cookie = await world.signIn(email, password)
  return { email, page: world.fromPage(cookie) }
}
const findPending = async (serviceId: unknown) => {
  const { items } = (await admin('GET', `${api}/approvals?status=pending`)).body as unknown as {
    items: { id: string; service_id: string }[]
  }
  return items.find(({ service_id }) => service_id === serviceId)?.id
}

test('approvers are told what waits, and whoever asked what was decided, each in their language', async () => {
  const ana = await newPerson('ana')
  await ana.page('PATCH', `${api}/me`, { language: 'es' })
  const made = await ana.page('POST', `${api}/services`, { ...wanted, name: 'grande' })
  expect(made.body.status).toBe('pending_approval')
  const asked = await mail.take(administrator.email)
  expect(asked.subject).toBe('Parcela: "grande" waits for your approval')
  expect(asked.text).toContain('ana asks for "grande" in the team "ana"')
  expect(asked.text).toContain('512 MB of memory')
  expect(asked.text).toContain(`${origin}/administration/approvals`)

  const service = `${api}/services/${made.body.id}`
  await admin('POST', `${api}/approvals/${await findPending(made.body.id)}/approve`, { ram_mb: 300 })
  const approved = await mail.take(ana.email)
  expect(approved.subject).toBe('Parcela: se aprobó «grande»')
  expect(approved.text).toContain('300 MB de memoria')
  expect(approved.text).toContain(`${origin}/services/${made.body.id}`)

  await ana.page('PATCH', service, { ram_mb: 400 })
  await admin('POST', `${api}/approvals/${await findPending(made.body.id)}/refuse`, { reason: 'No cabe.' })
  const refused = await mail.take(ana.email)
  expect([refused.subject, refused.text]).toEqual([
    'Parcela: se rechazó «grande»',
    expect.stringContaining('El motivo que se dio: No cabe.'),
  ])
})

test('nobody hears of what needs no approval, and who is disabled or has no address hears nothing', async () => {
  const eva = await newPerson('eva')
  const before = mail.mails.length
  expect((await eva.page('POST', `${api}/services`, { ...wanted, ram_mb: 64, name: 'chica' })).status).toBe(202)
  const made = await eva.page('POST', `${api}/services`, { ...wanted, name: 'mayor' })
  const person = await world.ports.people.findByUsername('eva')
  await admin('PATCH', `${api}/people/${person?.id}`, { disabled: true })
  const id = await findPending(made.body.id)
  expect((await admin('POST', `${api}/approvals/${id}/refuse`, { reason: 'No.' })).status).toBe(200)
  // Whatever of it the gateway has not taken yet is addressed to nobody who is disabled either.
  const left: ApprovalNotice[] = []
  const isTold = async (): Promise<boolean> => {
    const notices = await world.ports.approvals.takeNotices()
    left.push(...notices)
    return notices.length === 0
  }
  await waitUntil(isTold, { timeoutMs: 5_000, what: 'everything to be told' })
  expect(left.flatMap(({ to }) => to).filter(({ email }) => email === eva.email)).toEqual([])
  expect(mail.mails.filter(({ to }) => to === eva.email)).toEqual([])
  expect(mail.mails.length).toBe(before)
})

test('what a class asks for at once is a mail or two, not one for each, and is handed to one of two gateways', async () => {
  const leo = await newPerson('leo')
  const second = await world.startSecond()
  const ask = (index: number) => leo.page('POST', `${api}/services`, { ...wanted, ram_mb: 300, name: `clase-${index}` })
  await Promise.all(Array.from({ length: 12 }, (_, index) => ask(index)))
  await second.app.close()
  await world.app.close()
  const told = mail.mails.splice(0).filter(({ to }) => to === administrator.email)
  expect(told.length).toBeLessThanOrEqual(3)
  const text = told.map(one => one.text).join('')
  for (let index = 0; index < 12; index++) expect(text.split(`"clase-${index}"`).length - 1).toBe(1)
})
