import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createBacklog } from './create-backlog.ts'

test('writes are done in order, and adding one does not wait', async () => {
  const backlog = createBacklog()
  const done: number[] = []
  backlog.add(async () => {
    await sleep(5)
    done.push(1)
  })
  backlog.add(async () => done.push(2))
  expect(done).toEqual([])
  await backlog.settle()
  expect(done).toEqual([1, 2])
})

test('a write that fails ends the rest, and is told to whoever checks or settles', async () => {
  const backlog = createBacklog()
  const done: number[] = []
  backlog.add(() => Promise.reject(new Error('no database')))
  backlog.add(async () => done.push(2))
  await expect(backlog.settle()).rejects.toThrow('no database')
  expect(() => backlog.check()).toThrow('no database')
  expect(done).toEqual([])
})
