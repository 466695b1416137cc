import { expect, test } from 'vitest'
import { createFakeClock } from '../../../test/fakes/fake-clock.ts'
import { type Attempt, createAttempts } from './attempts.ts'

const ana: Attempt = { email: 'ana@example.org', address: '192.0.2.1' }
const elsewhere = (index: number): Attempt => ({ ...ana, address: `192.0.2.${index}` })

const start = () => {
  const clock = createFakeClock()
  return { clock, attempts: createAttempts({ clock }) }
}

test('who guesses waits longer each time, at that address and for that account only', () => {
  const { clock, attempts } = start()
  const waits: number[] = []
  for (let count = 0; count < 12; count++) {
    attempts.requireRoom(ana)
    attempts.record(ana)
    for (let waited = 0; ; waited++) {
      try {
        attempts.requireRoom(ana)
        waits.push(waited)
        break
      } catch {
        clock.advance(1000)
      }
    }
  }
  expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128])
  attempts.record(ana)
  expect(() => attempts.requireRoom(ana)).toThrow(/Try again in \d+ seconds/)
  attempts.requireRoom(elsewhere(2))
  attempts.requireRoom({ ...ana, email: 'eva@example.org' })
})

test('a right password ends the wait of its address', () => {
  const { attempts } = start()
  for (let count = 0; count < 6; count++) attempts.record(ana)
  expect(() => attempts.requireRoom(ana)).toThrow('Try again in 2 seconds')
  attempts.forget(ana)
  attempts.requireRoom(ana)
})

test('an account rests after thirty wrong passwords in ten minutes from wherever, and only that account', () => {
  const { clock, attempts } = start()
  for (let count = 0; count < 30; count++) {
    attempts.requireRoom(elsewhere(count))
    attempts.record(elsewhere(count))
  }
  expect(() => attempts.requireRoom(elsewhere(99))).toThrow('Try again in 600 seconds')
  attempts.requireRoom({ ...ana, email: 'eva@example.org' })
  clock.advance(10 * 60_000)
  attempts.requireRoom(elsewhere(99))
})
