import type { ServiceId, TeamId } from '@parcela/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/open-database.ts'
import { startTestServer, type TestServer } from '../database/test-database.ts'
import { createTestWorld, newService } from '../database/test-world.ts'
import { createLeases, type LeaseOptions } from './create-leases.ts'

let server: TestServer
let ahead = 0
const clock = { now: () => new Date(Date.now() + ahead) }

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const service = (name: string | number): ServiceId => `svc_${name}` as ServiceId
const team = (name: string | number): TeamId => `team_${name}` as TeamId
const leasesOn = (database: Database, options: Partial<LeaseOptions> = {}) =>
  createLeases({
    database,
    clock,
    portRange: { first: 20_000, last: 20_999 },
    offset: 0,
    subnetRange: '10.208.0.0/12',
    subnetBits: 24,
    ...options,
  })

test('200 who ask for a port at once get 200 different ports', async () => {
  const leases = leasesOn(await server.createDatabase())
  const ports = await Promise.all(Array.from({ length: 200 }, (_, index) => leases.leasePort(service(index), 'r1')))
  expect(new Set(ports).size).toBe(200)
})

test('the same instance gets the same port, also when it asks twice at once', async () => {
  const leases = leasesOn(await server.createDatabase())
  const ports = await Promise.all([1, 2, 3, 4].map(() => leases.leasePort(service('a'), 'r1')))
  expect(new Set(ports).size).toBe(1)
  expect(await leases.leasePort(service('a'), 'r2')).not.toBe(ports[0])
})

test('the search begins at the offset and goes round the range', async () => {
  const leases = leasesOn(await server.createDatabase(), { portRange: { first: 100, last: 102 }, offset: 4 })
  const ports: number[] = []
  for (const name of ['a', 'b', 'c']) ports.push(await leases.leasePort(service(name), 'r'))
  expect(ports).toEqual([101, 102, 100])
  await expect(leases.leasePort(service('d'), 'r')).rejects.toMatchObject({
    code: 'unavailable',
    details: { reason: 'no_free_port' },
  })
  await leases.releasePorts(service('b'), { keep: ['another'] })
  expect(await leases.leasePort(service('d'), 'r')).toBe(102)
})

test('a blocked port is given up and kept from everybody for an hour', async () => {
  const leases = leasesOn(await server.createDatabase(), { portRange: { first: 100, last: 101 } })
  expect(await leases.leasePort(service('a'), 'r')).toBe(100)
  await leases.blockPort(100)
  expect(await leases.leasePort(service('a'), 'r')).toBe(101)
  await expect(leases.leasePort(service('b'), 'r')).rejects.toMatchObject({ code: 'unavailable' })
  ahead += 3_601_000
  expect(await leases.leasePort(service('b'), 'r')).toBe(100)
})

test('a service gives back every port but those it keeps', async () => {
  const leases = leasesOn(await server.createDatabase(), { portRange: { first: 100, last: 102 } })
  for (const revision of ['r1', 'r2', 'r3']) await leases.leasePort(service('a'), revision)
  await leases.releasePorts(service('a'), { keep: ['r2'] })
  expect(await leases.leasePort(service('a'), 'r2')).toBe(101)
  expect(await leases.leasePort(service('b'), 'r')).toBe(100)
  await leases.releasePorts(service('a'), { keep: [] })
  expect(await leases.leasePort(service('c'), 'r')).toBe(101)
})

test('each team has one subnet of its own, also when many ask at once', async () => {
  const leases = leasesOn(await server.createDatabase())
  const ask = () => Promise.all(Array.from({ length: 40 }, (_, index) => leases.leaseSubnet(team(index))))
  const subnets = await ask()
  expect(new Set(subnets).size).toBe(40)
  for (const subnet of subnets) expect(subnet).toMatch(/^10\.208\.\d{1,2}\.0\/24$/)
  expect(await ask()).toEqual(subnets)
})

test('a used-up range of subnets is said, and a blocked subnet is not given out', async () => {
  const leases = leasesOn(await server.createDatabase(), { subnetRange: '10.208.0.0/23' })
  expect(await leases.leaseSubnet(team('a'))).toBe('10.208.0.0/24')
  await leases.blockSubnet('10.208.0.0/24')
  expect(await leases.leaseSubnet(team('a'))).toBe('10.208.1.0/24')
  await expect(leases.leaseSubnet(team('b'))).rejects.toMatchObject({
    code: 'unavailable',
    details: { reason: 'no_free_subnet' },
  })
  await leases.releaseSubnet(team('a'))
  expect(await leases.leaseSubnet(team('b'))).toBe('10.208.1.0/24')
})

test('subnets are searched from the offset on, too', async () => {
  const leases = leasesOn(await server.createDatabase(), { subnetRange: '10.208.0.0/22', offset: 7 })
  const subnets: string[] = []
  for (const name of ['a', 'b', 'c', 'd']) subnets.push(await leases.leaseSubnet(team(name)))
  expect(subnets).toEqual(['10.208.3.0/24', '10.208.0.0/24', '10.208.1.0/24', '10.208.2.0/24'])
})

test('a team has other services until the deletion of the last is complete', async () => {
  const world = await createTestWorld(await server.createDatabase())
  const leases = leasesOn(world.database)
  const { ana, desired, observed } = world
  const one = await desired.createService(newService(ana, 'uno'))
  expect(await leases.hasOtherServices(ana.team_id, one.id)).toBe(false)
  const two = await desired.createService(newService(ana, 'dos'))
  expect(await leases.hasOtherServices(ana.team_id, one.id)).toBe(true)
  await desired.deleteService([ana.team_id], two.id, { purge: false })
  expect(await leases.hasOtherServices(ana.team_id, one.id)).toBe(true)
  await observed.completeDeletion(two.id, { files: false })
  expect(await leases.hasOtherServices(ana.team_id, one.id)).toBe(false)
  await world.listener.close()
})
