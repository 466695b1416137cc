import { expect, test } from 'vitest'
import type { NodeId } from './id.ts'
import {
  allowedOf,
  capacityExceeded,
  findExcess,
  findOverThreshold,
  increaseOf,
  placeOn,
  quotaExceeded,
  useOf,
} from './quota.ts'

const limits = { services: 2, cpus: 0.3, ram_mb: null }
const used = { services: 1, cpus: 0.2, ram_mb: 1_000_000 }

test('what reaches the limit exactly is allowed, in fractions too', () => {
  expect(findExcess(limits, used, { services: 1, cpus: 0.1 })).toBeUndefined()
})

test('what goes beyond is named with what is used, asked and allowed', () => {
  expect(findExcess(limits, used, { services: 1, cpus: 0.101 })).toEqual({
    resource: 'cpus',
    used: 0.2,
    asked: 0.101,
    allowed: 0.3,
  })
})

test('nothing is too much where there is no limit', () => {
  expect(findExcess(limits, used, { ram_mb: 1e9 })).toBeUndefined()
})

test.each([0, -1])('who is above a limit may ask for %s more', more => {
  expect(findExcess(limits, { ...used, services: 9 }, { services: more })).toBeUndefined()
})

const resources = { storage_gb: 1, ram_mb: 512, cpus: 1 }

test('a virtual machine is a service and a machine, a container a service alone', () => {
  expect(useOf({ service_type: 'vm', resources })).toEqual({ services: 1, machines: 1, ...resources })
  expect(useOf({ service_type: 'docker', resources })).toEqual({ services: 1, machines: 0, ...resources })
})

const threshold = { cpus: 1, ram_mb: 512, storage_gb: null, machines: false }

test.each([
  ['at the threshold', 'docker', resources, undefined, []],
  ['above it in one', 'docker', { ...resources, ram_mb: 513 }, undefined, ['ram_mb']],
  ['where there is none', 'docker', { ...resources, storage_gb: 9999 }, undefined, []],
  ['a new machine', 'vm', resources, undefined, ['machines']],
  ['a machine that is there, with more below the threshold', 'vm', resources, { ...resources, ram_mb: 1 }, []],
  ['a change above it', 'docker', { ...resources, cpus: 2 }, { ...resources, cpus: 1.5 }, ['cpus']],
  ['a change to less, still above it', 'docker', { ...resources, cpus: 2 }, { ...resources, cpus: 3 }, []],
] as const)('approval: %s', (_, service_type, asked, before, over) => {
  expect(findOverThreshold(threshold, { service_type, resources: asked }, before)).toEqual(over)
})

test('an increase counts what is less as less', () => {
  expect(increaseOf(resources, { storage_gb: 3, ram_mb: 12, cpus: 1 })).toEqual({
    storage_gb: 2,
    ram_mb: -500,
    cpus: 0,
  })
})

const node = (id: string, ram_mb: number, promised: number) => ({
  id: id as NodeId,
  capacity: { cpus: 4, ram_mb, storage_gb: 100 },
  overcommit: { cpus: 4, ram_mb: 1.5, storage_gb: 1 },
  promised: { cpus: 0, ram_mb: promised, storage_gb: 0 },
})

test('a host may promise what it has, times its factor', () => {
  expect(allowedOf(node('one', 1000, 0))).toEqual({ cpus: 16, ram_mb: 1500, storage_gb: 100 })
})

test('the host with most free memory that has room is taken', () => {
  const nodes = [node('small', 1000, 0), node('large', 4000, 0), node('full', 9000, 13_400)]
  expect(placeOn(nodes, resources)).toMatchObject({ node: { id: 'large' } })
  expect(placeOn(nodes, { ...resources, storage_gb: 101 })).toMatchObject({
    excess: { resource: 'storage_gb', used: 0, asked: 101, allowed: 100 },
  })
  expect(placeOn([], resources)).toBeUndefined()
})

test('refusals say how much there is in words', () => {
  const quota = quotaExceeded({ resource: 'services', used: 1, asked: 1, allowed: 1 })
  expect(quota).toMatchObject({ code: 'quota_exceeded', status: 409, details: { reason: 'quota_services', used: 1 } })
  expect(quota.message).toContain('1 service;')
  const capacity = capacityExceeded({ resource: 'ram_mb', used: 1500, asked: 512, allowed: 1500 })
  expect(capacity).toMatchObject({ code: 'capacity_exceeded', status: 409, retryable: false })
  expect(capacity.message).toContain('1500 MiB of memory')
})
