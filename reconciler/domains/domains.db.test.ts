import type { Service } from '@parcela/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../state/database/test-database.ts'
import {
  createTestWorld as createStateWorld,
  newService,
  type TestWorld as StateWorld,
} from '../../state/database/test-world.ts'
import { createTestWorld, type TestWorld } from '../loop/test-world.ts'

const name = 'shop.example.org'

let server: TestServer
let state: StateWorld
let world: TestWorld

beforeAll(async () => {
  server = await startTestServer()
  state = await createStateWorld(await server.createDatabase())
  const { reader: desired, observed, journal, certificates: certificateBook, clock } = state
  world = createTestWorld({ ports: { desired, observed, journal, certificateBook, clock } })
  await world.resync()
})
afterAll(async () => {
  await state.listener.close()
  await server.stop()
})

const domainOf = async ({ id }: Service) => (await state.observed.listDomainStatuses(id)).find(row => row.name === name)
const publishText = (...values: string[]) => world.nameLookup.setText(`_parcela.${name}`, values)
const live = () => world.edge.listRoutes().find(({ host }) => host === name)

test('a domain goes to HTTPS, to a second team that proves it, and away, with PostgreSQL under the reconciler', async () => {
  const { ana, bruno, desired } = state
  const [one, other] = [
    await desired.createService(newService(ana, 'one')),
    await desired.createService(newService(bruno, 'other')),
  ]
  for (const { id } of [one, other]) await world.reconcileService(id)
  world.nameLookup.set(name, { ipv4: ['127.0.0.1'] })

  const mine = await desired.addDomain([ana.team_id], one.id, { name, redirect_to: null })
  publishText(`parcela=${mine.proof}`)
  await world.reconcileService(one.id)
  expect(await domainOf(one)).toMatchObject({ status: 'active', status_reason: null })
  expect(live()).toMatchObject({ service_id: one.id, policy: { https_redirect: true, hsts: true } })
  const ask = () => desired.addDomain([bruno.team_id], other.id, { name, redirect_to: null })
  await expect(ask()).rejects.toMatchObject({ details: { reason: 'domain_taken' } })

  // The owner of the name takes the first's proof away; only then may others ask, and only their proof takes it.
  publishText()
  await desired.checkDomain([ana.team_id], one.id, name)
  await world.reconcileService(one.id)
  expect(await domainOf(one)).toMatchObject({ status: 'active', status_reason: { reason: 'proof_missing' } })
  const theirs = await ask()
  await world.reconcileService(other.id)
  expect(await domainOf(other)).toMatchObject({ verified_at: null, status_reason: { reason: 'domain_taken' } })
  expect(live()).toMatchObject({ service_id: one.id })
  publishText(`parcela=${theirs.proof}`)
  await world.reconcileService(other.id)
  await world.reconcileService(other.id)
  expect(await domainOf(other)).toMatchObject({ status: 'active' })
  expect(await domainOf(one)).toMatchObject({ verified_at: null, status_reason: { reason: 'domain_taken_over' } })
  expect(live()).toMatchObject({ service_id: other.id })

  await desired.removeDomain([bruno.team_id], other.id, name)
  await world.reconcileService(other.id)
  expect(live()).toBeUndefined()
  expect((await state.observed.listRoutes()).map(({ host }) => host).sort()).toEqual([
    'one.apps.localhost',
    'other.apps.localhost',
  ])
  expect(world.certificates.listRevoked()).toHaveLength(2)
})

test('what was published and asked is in the database', async () => {
  await world.resync()
  expect(await state.observed.listRecords()).toHaveLength(4)
  const facts = await state.certificates.listCertificates()
  expect(facts.map(({ names }) => names)).toEqual(expect.arrayContaining([['*.apps.localhost'], ['parcela.localhost']]))
  expect(await state.certificates.listAttempts([name], state.clock.now())).toMatchObject([
    { outcome: 'issued' },
    { outcome: 'issued' },
  ])
})
