import { expect, test } from 'vitest'
import { changedFields } from './changed-fields.ts'

test('only what differs is told, inside objects too', () => {
  const before = { ram_mb: 64, cpus: 1, settings: { a: 1, b: [1] }, gone: true }
  const after = { ram_mb: 128, cpus: 1, settings: { a: 1, b: [1, 2] }, fresh: 'x' }
  expect(changedFields(before, after)).toEqual({
    before: { ram_mb: 64, settings: { b: [1] }, gone: true, fresh: null },
    after: { ram_mb: 128, settings: { b: [1, 2] }, gone: null, fresh: 'x' },
  })
})

test('nothing differs', () => {
  expect(changedFields({ a: { b: [1] } }, { a: { b: [1] } })).toBeNull()
})
