import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openServerLog, rotateServerLog } from './server-log.ts'

test('a log beyond its limit becomes .1, and the server that has it open goes on from the start', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parcela-log-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'postgres.log')
  await writeFile(file, 'a'.repeat(9 * 1024 * 1024))
  const server = await openServerLog(file)
  await rotateServerLog(file)
  await server.appendFile('next')
  await server.close()
  expect(await readFile(file, 'utf8')).toBe('next')
  expect((await stat(`${file}.1`)).size).toBe(9 * 1024 * 1024)

  await appendFile(file, ' line')
  await rotateServerLog(file)
  expect(await readFile(file, 'utf8')).toBe('next line')
})
