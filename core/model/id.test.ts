import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createId } from './id.ts'

const noise = fc.uint8Array({ minLength: 16, maxLength: 16 })
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })

test('ids sort by the time they were made', () => {
  fc.assert(
    fc.property(time, time, noise, noise, (one, other, a, b) => {
      fc.pre(one < other)
      expect(createId('svc', one, a) < createId('svc', other, b)).toBe(true)
    }),
  )
})

test('an id is its prefix and 26 characters that are safe in names and addresses', () => {
  fc.assert(fc.property(time, noise, (ms, random) => /^rel_[0-9a-hjkmnp-tv-z]{26}$/.test(createId('rel', ms, random))))
})
