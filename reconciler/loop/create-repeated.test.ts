import { expect, test } from 'vitest'
import { createRepeated } from './create-repeated.ts'

const start = () => {
  const rounds: (() => void)[] = []
  const failures: unknown[] = []
  let atOnce = 0
  let most = 0
  let error: Error | undefined
  const repeated = createRepeated(
    async () => {
      atOnce += 1
      most = Math.max(most, atOnce)
      await new Promise<void>(resolve => rounds.push(resolve))
      atOnce -= 1
      if (error) throw error
    },
    failure => failures.push(failure),
  )
  return {
    repeated,
    rounds,
    failures,
    most: () => most,
    failWith: (failure: Error) => {
      error = failure
    },
    round: (number: number) => expect.poll(() => rounds.length).toBe(number),
  }
}

test('slow work does not pile up: one round at a time, and one at most that waits', async () => {
  const { repeated, rounds, round, most } = start()
  const first = repeated.now()
  await round(1)
  const waiting = [repeated.now(), repeated.now(), repeated.now()]
  rounds[0]?.()
  await first
  await round(2)
  rounds[1]?.()
  await Promise.all(waiting)
  expect([rounds.length, most()]).toEqual([2, 1])
})

test('a round that fails is told, and the next one is done all the same', async () => {
  const { repeated, rounds, round, failures, failWith } = start()
  failWith(new Error('no database'))
  const first = repeated.now()
  await round(1)
  rounds[0]?.()
  await first
  const second = repeated.now()
  await round(2)
  rounds[1]?.()
  await second
  expect(failures).toHaveLength(2)
})

test('what is asked for soon is done once, and not after the end', async () => {
  const { repeated, rounds, round } = start()
  repeated.soon(5)
  repeated.soon(5)
  await round(1)
  rounds[0]?.()
  repeated.soon(5)
  await repeated.stop()
  await repeated.now()
  expect(rounds).toHaveLength(1)
})
