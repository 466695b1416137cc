import { describe, expect, test } from 'vitest'
import { address, dig, digShort, prepareServers } from './test-server.ts'

const { startServer } = prepareServers()
const challenge = '_acme-challenge.hola.apps.localhost'
const hourMs = 3_600_000

const movingClock = () => {
  let passedMs = 0
  return {
    now: () => new Date(Date.now() + passedMs),
    advance: (ms: number) => {
      passedMs += ms
    },
  }
}

describe('validations', () => {
  test('stand beside the records at their name, and make the names between exist', async () => {
    const { server, port } = await startServer([
      { name: challenge, type: 'TXT', ttl: 60, values: ['ours'] },
      address('*.apps.localhost'),
    ])
    await server.addValidation(challenge, 'one')
    await server.addValidation('_acme-challenge.new.apps.localhost', 'two')
    expect(await digShort(port, challenge, 'TXT')).toEqual(['"one"', '"ours"'])
    expect(await dig(port, 'new.apps.localhost')).toMatch(/status: NOERROR.*\n.*ANSWER: 0/)
    await server.removeValidation('_acme-challenge.new.apps.localhost', 'two')
    expect(await digShort(port, 'new.apps.localhost')).toEqual(['127.0.0.1'])
  })

  test('end after an hour, with a new serial for the secondaries', async () => {
    const clock = movingClock()
    const { server, port } = await startServer([], { clock })
    const serial = async () => Number((await digShort(port, 'apps.localhost', 'SOA'))[0]?.split(' ')[2])
    await server.addValidation(challenge, 'one')
    clock.advance(hourMs - 60_000)
    await server.addValidation(challenge, 'two')
    clock.advance(61_000)
    expect(await digShort(port, challenge, 'TXT')).toEqual(['"two"'])
    const before = await serial()
    await server.replaceRecords([])
    expect(await serial()).toBeGreaterThan(before)
    clock.advance(hourMs)
    await server.replaceRecords([])
    expect(await dig(port, challenge, 'TXT')).toMatch(/status: NXDOMAIN/)
  })
})

test('a server that listens and answers has no problem; one that is stopped says so', async () => {
  const { server } = await startServer([])
  expect(await server.check()).toEqual({ problem: null })
  await server.stop()
  expect(await server.check()).toEqual({ problem: 'The name server is not started.' })
})
