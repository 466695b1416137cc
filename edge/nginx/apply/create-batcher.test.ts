import { expect, test } from 'vitest'
import { createBatcher } from './create-batcher.ts'

test('changes that are asked for during an application share the next one', async () => {
  const applied: (readonly number[])[] = []
  const change = createBatcher<number>(async changes => {
    applied.push(changes)
    await Promise.resolve()
  })
  await Promise.all([1, 2, 3, 4].map(change))
  expect(applied).toEqual([[1], [2, 3, 4]])
})

test('in a group that is refused, only who asked for the bad one hears of it', async () => {
  const live: number[] = []
  const change = createBatcher<number>(async changes => {
    if (changes.includes(3)) throw new Error('refused')
    live.push(...changes)
  })
  const results = await Promise.allSettled([1, 2, 3, 4].map(change))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect(live).toEqual([1, 2, 4])
})
