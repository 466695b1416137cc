import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findNginxProcess, listNginxProcesses } from './find-nginx-processes.ts'
import { listAddresses } from './list-addresses.ts'
import { rotateLogs } from './rotate-logs.ts'

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parcela-supervise-'))
})

afterEach(() => rm(directory, { recursive: true }))

test('a process that is not our nginx is never taken for it', async () => {
  expect(await findNginxProcess(directory, process.pid)).toBeUndefined()
  expect(await findNginxProcess(process.cwd(), process.pid)).toBeUndefined()
  expect(await findNginxProcess(directory, 4_194_304)).toBeUndefined()
  expect(await listNginxProcesses(directory)).toEqual([])
})

test('loopback and every address mean both families where the machine has both', () => {
  const entry = (address: string) => ({
    address,
    netmask: '',
    mac: '',
    internal: true,
    cidr: null,
    family: 'IPv6' as const,
    scopeid: 0,
  })
  const both = { lo: [entry('127.0.0.1'), entry('::1')] }
  expect(listAddresses('127.0.0.1', both)).toEqual(['127.0.0.1', '::1'])
  expect(listAddresses('0.0.0.0', both)).toEqual(['0.0.0.0', '::'])
  expect(listAddresses('127.0.0.1', { lo: [entry('127.0.0.1')] })).toEqual(['127.0.0.1'])
  expect(listAddresses('192.0.2.7', both)).toEqual(['192.0.2.7'])
})

test('a log that grew too large moves aside, and only so many are kept', async () => {
  let reopened = 0
  const rotate = () =>
    rotateLogs({
      directory,
      names: ['edge-access.log', 'missing.log'],
      limitBytes: 3,
      keep: 2,
      reopen: async () => {
        reopened += 1
      },
    })
  for (const content of ['one!', 'two!', 'three', 'ok']) {
    await writeFile(join(directory, 'edge-access.log'), content)
    await rotate()
  }
  expect((await readdir(directory)).toSorted()).toEqual(['edge-access.log', 'edge-access.log.1', 'edge-access.log.2'])
  expect(await readFile(join(directory, 'edge-access.log.1'), 'utf8')).toBe('three')
  expect(await readFile(join(directory, 'edge-access.log.2'), 'utf8')).toBe('two!')
  expect(reopened).toBe(3)
})
