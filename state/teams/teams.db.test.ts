import { AppError } from '@parcela/contract'
import type { Person, TeamId } from '@parcela/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../database/test-database.ts'
import { createTestWorld, newService, someFiles, type TestWorld } from '../database/test-world.ts'

let server: TestServer
let world: TestWorld
let names = 0

beforeAll(async () => {
  server = await startTestServer()
  world = await createTestWorld(await server.createDatabase())
})
afterAll(async () => {
  await world.listener.close()
  await server.stop()
})

const failure = async (promise: Promise<unknown>): Promise<AppError> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof AppError) return error
  throw new Error('It was expected to be refused', { cause: error })
}
const newPerson = (): Promise<Person> => {
  names += 1
  const username = `persona-${names}`
  return world.people.createPerson({
    username,
    external_id: `x-${names}`,
    email: `${username}@example.org`,
    name: username,
    is_administrator: false,
    account_id: null,
  })
}
const newTeam = async (owner: Person) => {
  names += 1
  return world.teams.createTeam({ name: `Equipo ${names}`, owner_id: owner.id })
}
const rolesIn = async (id: TeamId) =>
  Object.fromEntries((await world.teams.listMembers([id], id)).map(({ username, role }) => [username, role]))

test('a team has its maker as owner, and members with roles', async () => {
  const [owner, other] = [await newPerson(), await newPerson()]
  const team = await newTeam(owner)
  expect(team).toMatchObject({ is_personal: false, members: 1, services: 0, edge_class: 'standard' })
  await world.teams.addMember(team.id, other.id, 'viewer')
  await world.teams.addMember(team.id, other.id, 'owner')
  expect(await rolesIn(team.id)).toEqual({ [owner.username]: 'owner', [other.username]: 'viewer' })
  await world.teams.changeMember([team.id], team.id, { person_id: other.id, role: 'developer' })
  expect(await world.teams.listMemberships(other.id)).toEqual(
    expect.arrayContaining([
      { team_id: other.team_id, role: 'owner' },
      { team_id: team.id, role: 'developer' },
    ]),
  )
  await world.teams.removeMember([team.id], team.id, other.id)
  expect((await failure(world.teams.removeMember([team.id], team.id, other.id))).code).toBe('not_found')
  expect(await rolesIn(team.id)).toEqual({ [owner.username]: 'owner' })
})

test('names that look the same are one name', async () => {
  const owner = await newPerson()
  const team = await world.teams.createTeam({ name: 'COCO Café', owner_id: owner.id })
  for (const name of ['coco cafe', 'СОСО Café', 'Coco-Café', 'ｃｏｃｏ café']) {
    const error = await failure(world.teams.createTeam({ name, owner_id: owner.id }))
    expect([error.code, error.details?.reason]).toEqual(['conflict', 'name_taken'])
  }
  const other = await newTeam(owner)
  expect((await failure(world.teams.renameTeam([other.id], other.id, 'coco CAFE'))).details?.reason).toBe('name_taken')
  expect((await world.teams.renameTeam([team.id], team.id, 'Coco Cafe')).name).toBe('Coco Cafe')
})

test('a team keeps an owner, also when all of them leave at once', async () => {
  const people = await Promise.all([newPerson(), newPerson(), newPerson()])
  const [first] = people
  if (!first) throw new Error('nobody')
  const team = await newTeam(first)
  for (const { id } of people.slice(1)) await world.teams.addMember(team.id, id, 'owner')
  const answers = await Promise.allSettled(
    people.map(({ id }, index) =>
      index === 0
        ? world.teams.changeMember([team.id], team.id, { person_id: id, role: 'viewer' })
        : world.teams.removeMember([team.id], team.id, id),
    ),
  )
  const refused = answers.filter(answer => answer.status === 'rejected').map(answer => answer.reason as AppError)
  expect(refused.map(error => error.details?.reason)).toEqual(['last_owner'])
  expect(Object.values(await rolesIn(team.id))).toContain('owner')
})

test('a personal team stays as it is', async () => {
  const [person, other] = [await newPerson(), await newPerson()]
  const id = person.team_id
  const attempts = [
    () => world.teams.addMember(id, other.id, 'viewer'),
    () => world.teams.changeMember([id], id, { person_id: person.id, role: 'viewer' }),
    () => world.teams.removeMember([id], id, person.id),
    () => world.teams.renameTeam([id], id, 'Otro'),
    () => world.teams.deleteTeam([id], id),
  ]
  for (const attempt of attempts) expect((await failure(attempt())).details?.reason).toBe('personal_team')
  expect(await world.teams.getTeam([id], id)).toMatchObject({ slug: person.username, is_personal: true, members: 1 })
})

test('what a leaving member asked for stays with the team, in the name of its first owner', async () => {
  const [owner, member] = [await newPerson(), await newPerson()]
  const team = await newTeam(owner)
  await world.teams.addMember(team.id, member.id, 'developer')
  const service = await world.desired.createService(newService(member, `de-${member.username}`, { team_id: team.id }))
  const own = await world.desired.createService(newService(member, `solo-${member.username}`))
  await world.teams.removeMember([team.id], team.id, member.id)
  expect(await world.desired.getService([team.id], service.id)).toMatchObject({
    owner_id: owner.id,
    owner: { username: owner.username },
    generation: service.generation,
  })
  expect((await world.desired.getService([member.team_id], own.id)).owner_id).toBe(member.id)
})

test('a team with services, or with files of deleted ones, stays', async () => {
  const owner = await newPerson()
  const team = await newTeam(owner)
  const service = await world.desired.createService(newService(owner, `en-${owner.username}`, { team_id: team.id }))
  const remove = () => world.teams.deleteTeam([team.id], team.id)
  expect((await failure(remove())).details?.reason).toBe('has_services')
  await world.desired.deleteService([team.id], service.id, { purge: false })
  await world.observed.completeDeletion(service.id, { files: false })
  expect((await failure(remove())).message).toContain('are still kept')
  await world.observed.completeDeletion(service.id, { files: true })
  await remove()
  expect((await failure(world.teams.getTeam([team.id], team.id))).code).toBe('not_found')
})

test('what is outside the scope is not found', async () => {
  const [owner, other] = [await newPerson(), await newPerson()]
  const team = await newTeam(owner)
  const scope = [other.team_id]
  const attempts = [
    () => world.teams.getTeam(scope, team.id),
    () => world.teams.renameTeam(scope, team.id, 'Mio'),
    () => world.teams.deleteTeam(scope, team.id),
    () => world.teams.listMembers(scope, team.id),
    () => world.teams.changeMember(scope, team.id, { person_id: owner.id, role: 'viewer' }),
    () => world.teams.removeMember(scope, team.id, owner.id),
    () => world.teams.getTeam({ teams: [team.id], service_id: 'svc_1' }, team.id),
  ]
  for (const attempt of attempts) expect((await failure(attempt())).code).toBe('not_found')
  expect((await world.teams.listTeams(scope, { limit: 10, cursor: undefined })).items.map(({ id }) => id)).toEqual(
    scope,
  )
})

test('nobody gets more by making teams', async () => {
  const owner = await newPerson()
  const answers = await Promise.allSettled(Array.from({ length: 14 }, () => newTeam(owner)))
  expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(10)
  expect((await failure(newTeam(owner))).details).toMatchObject({ resource: 'teams', allowed: 10 })
})

test('a service moves to a team that has room for it, and runs anew there', async () => {
  const owner = await newPerson()
  const team = await newTeam(owner)
  const service = await world.desired.createService(
    newService(owner, `mudanza-${owner.username}`, { release: { files: someFiles(1), warnings: [] } }),
  )
  const both = [owner.team_id, team.id]
  const move = (scope: TeamId[]) => world.desired.moveService(scope, service.id, { team_id: team.id, by: owner.id })
  expect((await failure(move([owner.team_id]))).code).toBe('not_found')
  expect((await failure(move([team.id]))).code).toBe('not_found')
  await world.quotas.setQuota(team.id, { overrides: { services: 0 } })
  expect((await failure(move(both))).details?.resource).toBe('services')
  await world.quotas.setQuota(team.id, { overrides: {} })
  const moved = await move(both)
  expect(moved).toMatchObject({ team_id: team.id, owner_id: owner.id, restarts: 1, generation: 2 })
  expect((await world.desired.getRelease([team.id], service.release_id ?? '')).team_id).toBe(team.id)
  expect((await failure(world.desired.getService([owner.team_id], service.id))).code).toBe('not_found')
  expect((await move(both)).generation).toBe(2)
})

test('two who move services between the same teams in opposite directions do not wait for each other', async () => {
  const owner = await newPerson()
  const team = await newTeam(owner)
  const scope = [owner.team_id, team.id]
  const [one, two] = [
    await world.desired.createService(newService(owner, `ida-${owner.username}`)),
    await world.desired.createService(newService(owner, `vuelta-${owner.username}`, { team_id: team.id })),
  ]
  for (let round = 0; round < 10; round++) {
    const [to, back] = round % 2 === 0 ? [team.id, owner.team_id] : [owner.team_id, team.id]
    await Promise.all([
      world.desired.moveService(scope, one.id, { team_id: to, by: owner.id }),
      world.desired.moveService(scope, two.id, { team_id: back, by: owner.id }),
    ])
  }
  expect((await world.desired.getService(scope, one.id)).team_id).toBe(owner.team_id)
})

test('erasing a person forgets who they were, deletes what was theirs alone and leaves the rest to their teams', async () => {
  const [person, other] = [await newPerson(), await newPerson()]
  const shared = await newTeam(other)
  await world.teams.addMember(shared.id, person.id, 'developer')
  const alone = await newTeam(person)
  const services = [
    await world.desired.createService(newService(person, `p-${person.username}`)),
    await world.desired.createService(newService(person, `a-${person.username}`, { team_id: alone.id })),
    await world.desired.createService(newService(person, `s-${person.username}`, { team_id: shared.id })),
  ]
  await world.personalData.erasePerson(person.id)
  const after = await Promise.all(services.map(({ id }) => world.desired.getService('every-team', id)))
  expect(after.map(({ power, purge }) => [power, purge])).toEqual([
    ['deleted', true],
    ['deleted', true],
    ['running', false],
  ])
  expect(after[2]?.owner_id).toBe(other.id)
  expect(await rolesIn(shared.id)).toEqual({ [other.username]: 'owner' })
  const row = await world.people.findPerson(person.id)
  expect(row).toMatchObject({ name: 'erased', email: null, external_id: null, is_administrator: false })
  const { rows } = await sql<{ text: string }>`
    select p::text || t::text as text from people p join teams t on t.id = p.team_id where p.id = ${person.id}
  `.execute(world.database.db)
  expect(rows[0]?.text).not.toContain(person.username)
})

test('who would leave a team without owner, or the platform without administrator, is told so and nothing is changed', async () => {
  const [person, other] = [await newPerson(), await newPerson()]
  const team = await newTeam(person)
  await world.teams.addMember(team.id, other.id, 'developer')
  const service = await world.desired.createService(newService(person, `queda-${person.username}`))
  const error = await failure(world.personalData.erasePerson(person.id))
  expect(error.details).toMatchObject({ reason: 'last_owner', teams: [team.name] })
  expect((await world.desired.getService('every-team', service.id)).power).toBe('running')

  const admin = await world.people.createPerson({
    username: 'root-1',
    external_id: null,
    email: null,
    name: 'root',
    is_administrator: true,
    account_id: 'account-1',
  })
  expect((await failure(world.personalData.erasePerson(admin.id))).details?.reason).toBe('last_administrator')
})

test("a person's own data is all there, without anything that signs in", async () => {
  const person = await newPerson()
  await world.desired.createService(
    newService(person, `datos-${person.username}`, { release: { files: someFiles(2), warnings: [] } }),
  )
  const rows = await world.personalData.readRows(person.id)
  expect(rows).toMatchObject({
    person: { username: person.username, email: person.email },
    teams: [{ id: person.team_id, role: 'owner' }],
    publishes: [{ number: 1, files_count: 2 }],
  })
  const services = []
  for await (const entry of world.personalData.listServices(person.id)) services.push(entry)
  expect(services).toMatchObject([{ service: { name: `datos-${person.username}` }, releases: [{ number: 1 }] }])
  expect(services[0]?.files).toHaveLength(2)
})
