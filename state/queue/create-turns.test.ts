import { expect, test } from 'vitest'
import { createTurns } from './create-turns.ts'

const settle = () => new Promise<void>(resolve => setImmediate(resolve))

/** Work that runs until it is told to end. */
const longWork = () => {
  const end = Promise.withResolvers<void>()
  return { work: () => end.promise, end: end.resolve, fail: end.reject }
}

test('one thing is worked on once at a time, and once more for all who came meanwhile', async () => {
  const turns = createTurns(4)
  const first = longWork()
  let again = 0
  const running = turns.take('a', first.work)
  const waiting = [1, 2, 3].map(() =>
    turns.take('a', async () => {
      again += 1
    }),
  )
  await settle()
  expect(again).toBe(0)
  first.end()
  await Promise.all([running, ...waiting])
  expect(again).toBe(1)
})

test('who was replaced by a later one is done at once', async () => {
  const turns = createTurns(4)
  const first = longWork()
  const running = turns.take('a', first.work)
  const replaced = turns.take('a', async () => expect.unreachable())
  const latest = turns.take('a', async () => undefined)
  await replaced
  first.end()
  await Promise.all([running, latest])
})

test('different things are worked on together, up to the limit', async () => {
  const turns = createTurns(2)
  const works = [longWork(), longWork(), longWork()]
  const started: number[] = []
  const taken = works.map(({ work }, index) =>
    turns.take(String(index), () => {
      started.push(index)
      return work()
    }),
  )
  await settle()
  expect(started).toEqual([0, 1])
  works[0]?.end()
  await taken[0]
  await settle()
  expect(started).toEqual([0, 1, 2])
  for (const { end } of works) end()
  await Promise.all(taken)
})

test('work that fails gives its turn to the next', async () => {
  const turns = createTurns(1)
  const first = longWork()
  const running = turns.take('a', first.work)
  let ran = false
  const next = turns.take('a', async () => {
    ran = true
  })
  first.fail(new Error('broken'))
  await expect(running).rejects.toThrow('broken')
  await next
  expect(ran).toBe(true)
})

test('once closed, who waits is sent away and what runs goes on', async () => {
  const turns = createTurns(1)
  const first = longWork()
  const running = turns.take('a', first.work)
  const waiting = turns.take('a', async () => expect.unreachable())
  const elsewhere = turns.take('b', async () => expect.unreachable())
  const refused = [waiting, elsewhere].map(promise => expect(promise).rejects.toThrow('being stopped'))
  await settle()
  turns.close()
  first.end()
  await Promise.all([running, ...refused])
  await expect(turns.take('c', async () => undefined)).rejects.toThrow('being stopped')
})
