import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { RecordSet } from '@parcela/core'
import { createRfc2136NameServer, type Rfc2136NameServerOptions } from '@parcela/edge-dns-rfc2136'
import { run, silentLog } from '@parcela/kit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BindServer, createKey, startBind } from './bind-server.ts'
import { digValues } from './dig-values.ts'

const zone = 'example.test'
const foreign = [
  'foreign A 192.0.2.99',
  'mail MX 10 mx.example.org.',
  '@ TXT "v=spf1 -all"',
  '@ A 192.0.2.98',
  '*.wild A 192.0.2.97',
]
let bind: BindServer

beforeEach(async () => {
  bind = await startBind([{ name: zone, records: foreign }])
})
afterEach(() => bind.close())

const optionsOf = ({ port, key }: BindServer) => ({
  server: { address: '127.0.0.1', port },
  zones: [zone],
  key,
  ownerId: 'school-a',
  clock: { now: () => new Date() },
  log: silentLog,
})
const createServer = (options: Partial<Rfc2136NameServerOptions> = {}) =>
  createRfc2136NameServer({ ...optionsOf(bind), ...options })
const address = (label: string, value = '192.0.2.1'): RecordSet => ({
  name: `${label}.${zone}`,
  type: 'A',
  ttl: 60,
  values: [value],
})
const at = (label: string, type: RecordSet['type'] = 'A') =>
  digValues(bind, label === '' ? zone : `${label}.${zone}`, type)

/** The zone as it is, without what every change makes different. */
const zoneText = async (): Promise<string[]> => {
  const argv = [
    'dig',
    '-r',
    '@127.0.0.1',
    '-p',
    String(bind.port),
    '-k',
    bind.keyFile,
    '+noall',
    '+answer',
    '+onesoa',
  ] as const
  const { stdout } = await run([...argv, zone, 'AXFR'], { timeoutMs: 10_000 })
  return stdout
    .split('\n')
    .filter(line => line !== '' && !/\sSOA\s/.test(line))
    .map(line => line.replace(/\s+/g, ' '))
    .toSorted()
}

describe('records of others', () => {
  test('are a conflict, and stay as they are', async () => {
    const server = createServer()
    const before = await zoneText()
    for (const taken of [address('foreign'), address('mail'), { ...address('x'), name: zone }]) {
      await expect(server.ensureRecords(taken)).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(taken.name),
        details: { reason: 'not_ours' },
      })
    }
    await server.removeRecords(`foreign.${zone}`)
    await server.removeRecords(zone)
    await server.replaceRecords([])
    expect(await zoneText()).toEqual(before)
    expect(await server.listRecords()).toEqual([])
  })

  test('of other types at the top of the zone stay beside ours', async () => {
    const server = createServer()
    const before = await zoneText()
    await server.ensureRecords({ name: zone, type: 'CAA', ttl: 60, values: ['0 issue "ca.example"'] })
    expect(await at('', 'CAA')).toEqual(['0 issue "ca.example"'])
    expect(await at('', 'TXT')).toEqual(['v=spf1 -all'])
    await server.removeRecords(zone)
    expect(await zoneText()).toEqual(before)
  })

  test('that came beside ours later stay when ours go', async () => {
    const server = createServer()
    await server.ensureRecords(address('hola'))
    await bind.update(zone, [`update add hola.${zone} 60 MX 10 mx.example.org.`])
    await expect(
      server.ensureRecords({ ...address('hola'), type: 'AAAA', values: ['2001:db8::1'] }),
    ).resolves.toBeUndefined()
    await server.removeRecords(`hola.${zone}`)
    expect(await zoneText()).toContain(`hola.${zone}. 60 IN MX 10 mx.example.org.`)
    expect(await at('hola')).toEqual([])
  })

  test('under a wildcard of theirs, a name of ours can still be', async () => {
    const server = createServer()
    await server.ensureRecords(address('one.wild'))
    expect(await at('one.wild')).toEqual(['192.0.2.1'])
    await server.removeRecords(`one.wild.${zone}`)
    expect(await at('one.wild')).toEqual(['192.0.2.97'])
  })

  test('of another installation of ours are not touched either', async () => {
    const [ours, theirs] = [createServer(), createServer({ ownerId: 'school-b' })]
    await theirs.ensureRecords(address('shared'))
    await expect(ours.ensureRecords(address('shared', '192.0.2.2'))).rejects.toMatchObject({ code: 'conflict' })
    await ours.removeRecords(`shared.${zone}`)
    await ours.replaceRecords([address('own')])
    expect(await at('shared')).toEqual(['192.0.2.1'])
    expect((await theirs.listRecords()).map(({ name }) => name)).toEqual([`shared.${zone}`])
    expect((await ours.listRecords()).map(({ name }) => name)).toEqual([`own.${zone}`])
  })

  test('of a resync keep none of the others from being put right, and are told together', async () => {
    const server = createServer()
    await server.ensureRecords(address('old'))
    const wanted = [address('one'), address('foreign'), address('mail'), address('two')]
    await expect(server.replaceRecords(wanted)).rejects.toMatchObject({
      code: 'conflict',
      details: { reason: 'not_ours', names: [`foreign.${zone}`, `mail.${zone}`] },
    })
    expect(await at('one')).toEqual(['192.0.2.1'])
    expect(await at('two')).toEqual(['192.0.2.1'])
    expect(await at('old')).toEqual([])
    expect(await at('foreign')).toEqual(['192.0.2.99'])
  })

  test('at the name of a validation stay: only our text comes and goes', async () => {
    const server = createServer()
    await server.addValidation(zone, 'ours')
    expect((await at('', 'TXT')).toSorted()).toEqual(['ours', 'v=spf1 -all'])
    await server.removeValidation(zone, 'v=spf1 -all')
    await server.removeValidation(zone, 'ours')
    expect(await at('', 'TXT')).toEqual(['v=spf1 -all'])
    await bind.update(zone, [`update add alias.${zone} 60 CNAME www.example.org.`])
    await expect(server.addValidation(`alias.${zone}`, 'v')).rejects.toMatchObject({ code: 'rejected' })
  })
})

describe('a server that lost its records', () => {
  const wanted = [
    address('hola'),
    { ...address('hola'), type: 'AAAA' as const, values: ['2001:db8::1'] },
    address('*.apps'),
    { ...address('t'), type: 'TXT' as const, values: ['"text"'] },
  ]

  test('gets them back, and nothing else changes', async () => {
    const server = createServer()
    await server.replaceRecords(wanted)
    const before = await zoneText()
    await bind.lose(zone)
    expect(await at('hola')).toEqual([])
    await server.replaceRecords(wanted)
    expect(await zoneText()).toEqual(before)
    await server.replaceRecords([])
    expect((await zoneText()).join('\n')).not.toMatch(/parcela|hola/)
  })

  test('gets back one that somebody removed or changed by hand', async () => {
    const server = createServer()
    await server.replaceRecords(wanted)
    const before = await zoneText()
    await bind.update(zone, [
      `update delete hola.${zone} A`,
      `update delete t.${zone} TXT`,
      `update add t.${zone} 60 TXT "other"`,
    ])
    await createServer().replaceRecords(wanted)
    expect(await zoneText()).toEqual(before)
  })

  test('loses what an earlier process left behind and is not wanted any more', async () => {
    await createServer().replaceRecords([...wanted, address('gone')])
    await createServer().replaceRecords(wanted)
    expect(await at('gone')).toEqual([])
    expect((await zoneText()).join('\n')).not.toContain('gone')
  })

  test('is put right over many names, and a resync of what is right writes nothing', async () => {
    const many = Array.from({ length: 450 }, (_, index) => address(`n${index}`))
    const server = createServer()
    await server.replaceRecords(many)
    expect(await server.listRecords()).toHaveLength(450)
    const serial = await soaSerial()
    await server.replaceRecords(many)
    await server.ensureRecords(address('n7'))
    expect(await soaSerial()).toBe(serial)
  })

  const soaSerial = async (): Promise<string | undefined> => {
    const argv = ['dig', '-r', '@127.0.0.1', '-p', String(bind.port), '+short', zone, 'SOA'] as const
    return (await run(argv, { timeoutMs: 10_000 })).stdout.split(' ')[2]
  }
})

describe('a refusal', () => {
  const everyCall = (server: ReturnType<typeof createServer>): [string, () => Promise<unknown>][] => [
    ['ensureRecords', () => server.ensureRecords(address('hola'))],
    ['removeRecords', () => server.removeRecords(`hola.${zone}`)],
    ['replaceRecords', () => server.replaceRecords([address('hola')])],
    ['listRecords', () => server.listRecords()],
    ['addValidation', () => server.addValidation(`_acme-challenge.${zone}`, 'v')],
    ['removeValidation', () => server.removeValidation(`_acme-challenge.${zone}`, 'v')],
  ]

  test.each([
    ['a wrong secret', () => ({ ...createKey('parcela-test.example') })],
    ['an unknown key', () => createKey('stranger.example')],
    ['another algorithm', () => ({ ...bind.key, algorithm: 'hmac-sha512' })],
  ])('because of %s is told by every call, and changes nothing', async (_case, key) => {
    const before = await zoneText()
    const wrong = key()
    const server = createServer({ key: wrong })
    for (const [, call] of everyCall(server)) {
      const failure = await call().then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(failure).toMatchObject({
        code: 'rejected',
        details: { reason: 'wrong_key' },
        message: expect.stringContaining(wrong.name),
      })
      expect(JSON.stringify([failure, String((failure as Error).cause)])).not.toContain(wrong.secret)
    }
    expect((await server.check()).problem).toContain('does not know the key')
    expect(await zoneText()).toEqual(before)
  })

  test('because the key may not write is told', async () => {
    const other = await startBind([{ name: zone, primary: { port: bind.port } }], { key: bind.key })
    try {
      const server = createServer({ zones: ['elsewhere.test'], server: { address: '127.0.0.1', port: other.port } })
      await expect(server.ensureRecords({ ...address('a'), name: 'a.elsewhere.test' })).rejects.toMatchObject({
        code: 'rejected',
      })
      expect((await server.check()).problem).not.toBeNull()
    } finally {
      await other.close()
    }
  })

  test('without a key of a server that wants one is told', async () => {
    const { key, ...unsigned } = optionsOf(bind)
    expect(key).toBe(bind.key)
    await expect(createRfc2136NameServer(unsigned).ensureRecords(address('hola'))).rejects.toMatchObject({
      code: 'rejected',
      details: { reason: 'update_refused' },
    })
  })

  test('to speak at all is unavailable, and the same call succeeds once the server is back', async () => {
    const server = createServer()
    await bind.stop()
    for (const [, call] of everyCall(server)) await expect(call()).rejects.toMatchObject({ code: 'unavailable' })
    expect((await server.check()).problem).toMatch(/did not answer/)
    await bind.start()
    await server.ensureRecords(address('hola'))
    expect(await at('hola')).toEqual(['192.0.2.1'])
    expect(await server.check()).toEqual({ problem: null })
  })

  test('to say anything while the connection stands is unavailable within seconds', async () => {
    const server = createServer()
    process.kill(bind.pid(), 'SIGSTOP')
    try {
      await expect(server.ensureRecords(address('hola'))).rejects.toMatchObject({ code: 'unavailable' })
    } finally {
      process.kill(bind.pid(), 'SIGCONT')
    }
  })

  test('of tools that are not installed names them', async () => {
    const server = createServer({ digBinary: 'no-such-dig' })
    await expect(server.listRecords()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('no-such-dig'),
    })
  })

  test('leaves no key file behind', async () => {
    const keys = async () => (await readdir(tmpdir())).filter(name => name.startsWith('parcela-key-'))
    const before = await keys()
    await createServer().ensureRecords(address('hola'))
    await createServer({ key: createKey('stranger.example') })
      .listRecords()
      .catch((error: unknown) => error)
    expect((await keys()).filter(name => !before.includes(name))).toEqual([])
  })

  test.each<[string, Partial<Rfc2136NameServerOptions>]>([
    ['a secret that is not base64', { key: { ...createKey('a.example'), secret: 'a"; };' } }],
    ['a strange algorithm', { key: { ...createKey('a.example'), algorithm: 'rot13' } }],
    ['a strange key name', { key: createKey('a b') }],
    ['an owner with a quote', { ownerId: '"x' }],
    ['no zones', { zones: [] }],
    ['a zone with a line break', { zones: ['a\nsend'] }],
  ])('of %s comes at once', (_case, wrong) => {
    expect(() => createServer(wrong)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  test('of a name too long for its mark says so', async () => {
    const name = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(40)}.${zone}`
    await expect(createServer().ensureRecords({ ...address('a'), name })).rejects.toMatchObject({ code: 'rejected' })
  })
})
