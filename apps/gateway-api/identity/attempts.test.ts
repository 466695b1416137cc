import { expect, test } from 'vitest'
import { createFakeClock } from '../../../test/fakes/fake-clock.ts'
import { createAttempts } from './attempts.ts'

test('an account rests after thirty wrong passwords in ten minutes, and only that account', () => {
  const clock = createFakeClock()
  const attempts = createAttempts({ clock })
  for (let count = 0; count < 30; count++) {
    attempts.requireRoom('ana@example.org')
    attempts.record('ana@example.org')
  }
  expect(() => attempts.requireRoom('ana@example.org')).toThrow('Try again in 600 seconds')
  attempts.requireRoom('eva@example.org')
  clock.advance(10 * 60_000)
  attempts.requireRoom('ana@example.org')
})
