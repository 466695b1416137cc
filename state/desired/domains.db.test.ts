import type { DomainStatus, Service, StoredEvent } from '@parcela/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../database/test-database.ts'
import { createTestWorld, newService, type TestWorld } from '../database/test-world.ts'

let server: TestServer
let world: TestWorld

beforeAll(async () => {
  server = await startTestServer()
  world = await createTestWorld(await server.createDatabase())
})
afterAll(async () => {
  await world.listener.close()
  await server.stop()
})

const served = (name: string) => ({ name, redirect_to: null })
const own = () => [world.ana.team_id]
const serviceOf = (name: string, domains: string[] = []): Promise<Service> =>
  world.desired.createService(newService(world.ana, name, { domains }))
const generationOf = async ({ id }: Service): Promise<number> =>
  (await world.desired.getService('every-team', id)).generation
const verified = ({ id }: Service, name: string): DomainStatus => ({
  service_id: id,
  name,
  status: 'active',
  status_reason: null,
  verified_at: new Date(),
  checked_at: new Date(),
  next_check_at: null,
  attempts: 0,
})
const reasonOf = async (work: Promise<unknown>): Promise<unknown> => {
  const failure = await work.then(
    () => undefined,
    error => error,
  )
  return failure?.details?.reason ?? failure?.details?.fields ?? failure?.code
}

test('a domain that is added has a proof of its own, raises the generation, tells of it and wakes the reconciler', async () => {
  const service = await serviceOf('dominio')
  await sql`delete from graphile_worker._private_jobs`.execute(world.database.db)
  const domain = await world.desired.addDomain(own(), service.id, served('tienda.example'))
  expect(domain).toMatchObject({ service_id: service.id, team_id: world.ana.team_id, name: 'tienda.example' })
  expect(Buffer.from(domain.proof, 'base64url')).toHaveLength(16)
  const other = await world.desired.addDomain(own(), service.id, {
    name: 'www.tienda.example',
    redirect_to: domain.name,
  })
  expect(other.proof).not.toBe(domain.proof)
  expect(await generationOf(service)).toBe(3)
  expect(await world.reader.listDomains(service.id)).toEqual([domain, other])
  expect((await world.desired.getService(own(), service.id)).domains).toEqual([domain.name, other.name])
  expect(await world.desired.listDomains(own(), service.id)).toEqual(
    [domain, other].map(row => ({ ...row, observed: null, certificate: null })),
  )
  const events: StoredEvent[] = []
  for await (const event of world.events.follow(own(), service.id, {
    afterId: 0,
    signal: new AbortController().signal,
  })) {
    events.push(event)
    if (events.length === 3) break
  }
  expect(events.map(({ event }) => event.type === 'status' && event.generation)).toEqual([1, 2, 3])
  const { rows } = await sql`select key from graphile_worker.jobs where key = ${service.id}`.execute(world.database.db)
  expect(rows).toHaveLength(1)
})

test('a redirection leads to a domain of the service that shows the site, and ends with it', async () => {
  const service = await serviceOf('desvio', ['desvio.example'])
  const add = (name: string, redirect_to: string) =>
    reasonOf(world.desired.addDomain(own(), service.id, { name, redirect_to }))
  expect(await add('www.desvio.example', 'otro.example')).toMatchObject({
    redirect_to: expect.stringContaining('add it'),
  })
  expect(await add('www.desvio.example', 'www.desvio.example')).toHaveProperty('redirect_to')
  expect(await add('www.desvio.example', 'desvio.example')).toBeUndefined()
  expect(await add('a.desvio.example', 'www.desvio.example')).toMatchObject({
    redirect_to: expect.stringContaining('desvio.example; name that one'),
  })
  await world.desired.removeDomain(own(), service.id, 'desvio.example')
  await world.desired.removeDomain(own(), service.id, 'desvio.example')
  expect(await world.reader.listDomains(service.id)).toMatchObject([{ name: 'www.desvio.example', redirect_to: null }])
  expect(await generationOf(service)).toBe(3)
})

test('two services may ask for one name until one of them proves it', async () => {
  const [one, two] = [await serviceOf('primera', ['disputa.example']), await serviceOf('segunda', ['disputa.example'])]
  expect(await reasonOf(world.desired.addDomain(own(), one.id, served('disputa.example')))).toBe('domain_present')
  await world.observed.recordDomainStatus(verified(one, 'disputa.example'))
  const three = await serviceOf('tercera')
  const add = ({ id }: Service) => reasonOf(world.desired.addDomain(own(), id, served('disputa.example')))
  expect(await add(three)).toBe('domain_taken')
  expect(await reasonOf(serviceOf('cuarta', ['disputa.example']))).toBe('domain_taken')
  expect(await world.desired.suggestName('cuarta')).toMatchObject({ taken: false })
  expect(await add(two)).toBe('domain_present')
  // It no longer leads to its holder: who has it now may ask, and the holder keeps it until they prove it.
  const reason = { code: 'rejected' as const, message: 'It leads elsewhere.', step: null }
  await world.observed.recordDomainStatus({ ...verified(one, 'disputa.example'), status_reason: reason })
  expect(await add(three)).toBeUndefined()
  expect(await world.observed.findDomainHolder('disputa.example')).toBe(one.id)
})

describe('the name of a deleted service', () => {
  const other = async (name: string) => world.desired.createService(newService(world.bruno, name))
  const end = async ({ id }: Service, { files }: { files: boolean }): Promise<void> => {
    await world.desired.deleteService(own(), id, { purge: files })
    await world.observed.completeDeletion(id, { files })
  }
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      error => error,
    )

  test.each([true, false])(
    'to which domains may still lead is kept back from other teams (files gone: %s)',
    async files => {
      const name = `colgado-${files}`
      await end(await serviceOf(name, [`www.${name}.example`]), { files })
      const failure = await failureOf(other(name))
      expect(failure).toMatchObject({ code: 'conflict', details: { reason: 'name_taken', suggestion: `${name}-2` } })
      const day = new Date(world.clock.now().getTime() + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10)
      expect(failure.message).toContain(`is kept back until ${day}; ${name}-2 is free`)
      expect(await world.desired.suggestName(name)).toEqual({
        taken: true,
        suggestion: `${name}-2`,
        kept_until: expect.any(Date),
      })
      expect(await world.desired.suggestName(name, [world.bruno.team_id])).toMatchObject({ taken: true })
      // Nothing is left of what was refused.
      expect((await world.desired.listServices([world.bruno.team_id], { limit: 10, cursor: undefined })).items).toEqual(
        [],
      )
    },
  )

  test('its own team has again at once, and it is kept anew when that one goes', async () => {
    await end(await serviceOf('vuelve', ['www.vuelve.example']), { files: true })
    expect(await world.desired.suggestName('vuelve', own())).toEqual({ taken: false, suggestion: 'vuelve' })
    await end(await serviceOf('vuelve'), { files: true })
    expect(await reasonOf(other('vuelve'))).toBe('name_taken')
  })

  test('whose domain was taken away before it was deleted is kept back, too', async () => {
    const service = await serviceOf('quitado', ['www.quitado.example'])
    await world.desired.removeDomain(own(), service.id, 'www.quitado.example')
    await end(service, { files: false })
    // The clean-up of its files, later, begins no new time.
    await world.observed.completeDeletion(service.id, { files: true })
    expect(await reasonOf(other('quitado'))).toBe('name_taken')
  })

  test('that nobody asked a domain for is free at once', async () => {
    await end(await serviceOf('libre'), { files: true })
    const service = await other('libre')
    await world.desired.deleteService([world.bruno.team_id], service.id, { purge: true })
    await world.observed.completeDeletion(service.id, { files: true })
  })

  test('is free for everybody when the time is over', async () => {
    await end(await serviceOf('pasado', ['www.pasado.example']), { files: true })
    world.passTime(31 * 24 * 3600 * 1000)
    expect(await world.desired.suggestName('pasado')).toEqual({ taken: false, suggestion: 'pasado' })
    expect((await other('pasado')).name).toBe('pasado')
    expect(await reasonOf(serviceOf('pasado'))).toBe('name_taken')
  })
})

test('of many who add one name to one service at once, one adds it', async () => {
  const service = await serviceOf('carrera')
  const reasons = await Promise.all(
    Array.from({ length: 8 }, () => reasonOf(world.desired.addDomain(own(), service.id, served('carrera.example')))),
  )
  expect(reasons.filter(reason => reason === 'domain_present')).toHaveLength(7)
  expect(await generationOf(service)).toBe(2)
})

test('another team neither sees nor changes the domains of a service', async () => {
  const service = await serviceOf('privada', ['privada.example'])
  const foreign = [world.bruno.team_id]
  for (const work of [
    () => world.desired.listDomains(foreign, service.id),
    () => world.desired.listDomains([], service.id),
    () => world.desired.addDomain(foreign, service.id, served('x.example')),
    () => world.desired.removeDomain(foreign, service.id, 'privada.example'),
    () => world.desired.checkDomain(foreign, service.id, 'privada.example'),
    () => world.desired.updateService(foreign, service.id, { domains: [] }),
  ])
    expect(await reasonOf(work())).toBe('not_found')
  expect(await generationOf(service)).toBe(1)
  expect(await world.reader.listDomains(service.id)).toHaveLength(1)
})

test('a look that is asked for raises the generation; of a name that the service does not have it is not found', async () => {
  const service = await serviceOf('mirada', ['mirada.example'])
  await world.desired.checkDomain(own(), service.id, 'mirada.example')
  expect(await generationOf(service)).toBe(2)
  expect(await reasonOf(world.desired.checkDomain(own(), service.id, 'otra.example'))).toBe('not_found')
  expect(await generationOf(service)).toBe(2)
})

test('a change of settings is one change: names that stay keep their proof, the others come and go', async () => {
  const service = await serviceOf('ajustes', ['a.ajustes.example', 'b.ajustes.example'])
  const [, kept] = await world.reader.listDomains(service.id)
  const change = {
    https_redirect: false,
    maintenance: true,
    domains: ['b.ajustes.example', 'c.ajustes.example'],
  }
  const after = await world.desired.updateService(own(), service.id, change)
  expect(after).toMatchObject({ https_redirect: false, maintenance: true, generation: 2, edge_class: 'standard' })
  expect(after.domains.toSorted()).toEqual(['b.ajustes.example', 'c.ajustes.example'])
  expect(await world.reader.listDomains(service.id)).toContainEqual(kept)
  expect(await world.reader.findService(service.id)).toMatchObject({ https_redirect: false, maintenance: true })
  expect((await world.desired.updateService(own(), service.id, change)).generation).toBe(2)
  expect((await world.desired.updateService(own(), service.id, { resources: { ram_mb: 128 } })).domains).toHaveLength(2)
})

test('the class of the team is what the edge is told', async () => {
  const service = await world.desired.createService(newService(world.bruno, 'grande', { https_redirect: false }))
  expect(service).toMatchObject({ https_redirect: false, maintenance: false, edge_class: 'standard' })
  await world.database.db
    .updateTable('teams')
    .set({ edge_class: 'large' })
    .where('id', '=', world.bruno.team_id)
    .execute()
  expect(await world.reader.findService(service.id)).toMatchObject({ edge_class: 'large' })
  expect((await world.reader.listServices()).find(({ id }) => id === service.id)).toMatchObject({ edge_class: 'large' })
})

test('a service that is being deleted takes no domain; when it is gone its names are free', async () => {
  const service = await serviceOf('despedida', ['despedida.example'])
  await world.observed.recordDomainStatus(verified(service, 'despedida.example'))
  expect((await world.reader.listAllDomains()).map(({ name }) => name)).toContain('despedida.example')
  await world.desired.deleteService(own(), service.id, { purge: false })
  expect(await reasonOf(world.desired.addDomain(own(), service.id, served('y.example')))).toBe('being_deleted')
  expect((await world.reader.listAllDomains()).map(({ name }) => name)).not.toContain('despedida.example')
  expect(await world.reader.listDomains(service.id)).toHaveLength(1)
  expect(await world.observed.findDomainHolder('despedida.example')).toBe(service.id)
  await world.observed.completeDeletion(service.id, { files: false })
  expect(await world.reader.listDomains(service.id)).toEqual([])
  expect(await world.observed.findDomainHolder('despedida.example')).toBeUndefined()
  expect((await serviceOf('heredera', ['despedida.example'])).domains).toEqual(['despedida.example'])
})
