import { expect, test } from 'vitest'
import { describeChange } from './describe-change.ts'
import { describeObject } from './describe-object.ts'

test.each([
  ['/services/{id}/domains/{name}', { id: 'svc_1', name: 'a.example' }, 'service', 'svc_1'],
  ['/services', {}, 'service', null],
  ['/people/{id}/reset-link', { id: 'usr_1' }, 'person', 'usr_1'],
  ['/blobs/{sha256}', { sha256: 'ab' }, 'content', 'ab'],
  ['/me', {}, 'person', null],
  ['/secrets/rotate', {}, 'secrets', null],
])('%s is about', (path, params, object_type, object_id) => {
  expect(describeObject({ path }, params)).toEqual({ object_type, object_id })
})

const nothing = {
  params: {},
  query: {},
  body: undefined,
  was: undefined,
  is: undefined,
  isRemoved: false,
  isSecret: () => false,
}

test('of an object that can be read, what differs', () => {
  const was = { ram_mb: 64, name: 'a', additional_requirements: { env: { A: '1', B: '2' } } }
  const is = { ram_mb: 128, name: 'a', additional_requirements: { env: { A: '1', B: '3' } } }
  expect(describeChange({ ...nothing, params: { id: 'svc_1' }, body: { ram_mb: 128 }, was, is })).toEqual({
    before: { ram_mb: 64, additional_requirements: { env: { B: '***' } } },
    after: { ram_mb: 128, additional_requirements: { env: { B: '***' } } },
  })
})

test('of one that is there no more, what it was', () => {
  const was = { name: 'Class', token: 'x' }
  expect(describeChange({ ...nothing, params: { id: 'plan_1' }, was, isRemoved: true })).toEqual({
    before: { name: 'Class', token: '***' },
    after: null,
  })
})

test('of any other, what was asked for, with the words of the path', () => {
  expect(describeChange({ ...nothing, params: { id: 'svc_1', action: 'restart' }, query: { purge: true } })).toEqual({
    before: null,
    after: { action: 'restart', purge: true },
  })
  expect(describeChange({ ...nothing, body: { username: 'ana', password: 'x' } }).after).toEqual({
    username: 'ana',
    password: '***',
  })
  expect(describeChange(nothing)).toEqual({ before: null, after: null })
})

test('a huge request is told by its names', () => {
  const body = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`field_${index}`, 'x'.repeat(200)]))
  expect(describeChange({ ...nothing, body }).after?.too_long).toHaveLength(50)
})
