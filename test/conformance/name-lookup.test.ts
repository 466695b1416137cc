import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NameLookup, RecordSet } from '@parcela/core'
import { createEmbeddedNameServer, type EmbeddedNameServer } from '@parcela/edge-dns-embedded'
import { createNameLookup } from '@parcela/edge-dns-lookup'
import { silentLog } from '@parcela/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let directory: string
let server: EmbeddedNameServer
let port: number
let lookup: NameLookup

const alias = (name: string, target: string): RecordSet => ({
  name: `${name}.test`,
  type: 'CNAME',
  ttl: 60,
  values: [`${target}.test`],
})
const chain = Array.from({ length: 20 }, (_, index) => alias(`n${index}`, `n${index + 1}`))
const records: RecordSet[] = [
  { name: 'site.test', type: 'A', ttl: 60, values: ['192.0.2.1', '192.0.2.2'] },
  { name: 'site.test', type: 'AAAA', ttl: 60, values: ['2001:db8::1'] },
  { name: 'proof.test', type: 'TXT', ttl: 60, values: ['short', 'k'.repeat(600)] },
  alias('www', 'web'),
  alias('web', 'site'),
  alias('lost', 'nowhere'),
  alias('round', 'about'),
  alias('about', 'round'),
  alias('self', 'self'),
  ...chain,
]

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parcela-lookup-'))
  const clock = { now: () => new Date() }
  server = createEmbeddedNameServer({ bind: '127.0.0.1', port: 0, zones: ['test'], directory, clock, log: silentLog })
  port = (await server.start()).port
  await server.replaceRecords(records)
  lookup = createNameLookup({ servers: [`127.0.0.1:${port}`] })
})
afterAll(async () => {
  await server.stop()
  await rm(directory, { recursive: true })
})

test('a name has its addresses of both families', async () => {
  const found = await lookup.lookUp('Site.Test.')
  expect({ ...found, ipv4: found.ipv4.toSorted() }).toEqual({
    aliases: [],
    ipv4: ['192.0.2.1', '192.0.2.2'],
    ipv6: ['2001:db8::1'],
    is_loop: false,
  })
})

test('aliases are followed and told in their order', async () => {
  const found = await lookup.lookUp('www.test')
  expect(found).toMatchObject({ aliases: ['web.test', 'site.test'], ipv6: ['2001:db8::1'], is_loop: false })
  expect(found.ipv4).toHaveLength(2)
})

test.each(['nowhere.test', 'proof.test', 'not a name', 'a..test'])('%s has nothing', async name => {
  expect(await lookup.lookUp(name)).toEqual({ aliases: [], ipv4: [], ipv6: [], is_loop: false })
})

test('an alias of a name that does not exist is told, with nothing at its end', async () => {
  expect(await lookup.lookUp('lost.test')).toEqual({ aliases: ['nowhere.test'], ipv4: [], ipv6: [], is_loop: false })
})

test('aliases that come back, or never end, are loops', async () => {
  expect(await lookup.lookUp('round.test')).toMatchObject({ aliases: ['about.test', 'round.test'], is_loop: true })
  expect(await lookup.lookUp('self.test')).toMatchObject({ aliases: ['self.test'], is_loop: true })
  expect(await lookup.lookUp('n0.test')).toMatchObject({ is_loop: true, ipv4: [] })
  expect(await lookup.lookUp('n5.test')).toMatchObject({ is_loop: false })
})

test('texts are joined, and there are none where there is no name', async () => {
  expect((await lookup.lookUpText('proof.test')).toSorted()).toEqual(['k'.repeat(600), 'short'])
  expect(await lookup.lookUpText('nowhere.test')).toEqual([])
})

test('a change is seen by the next question', async () => {
  await server.ensureRecords({ name: 'new.test', type: 'A', ttl: 3600, values: ['192.0.2.8'] })
  expect((await lookup.lookUp('new.test')).ipv4).toEqual(['192.0.2.8'])
  await server.ensureRecords({ name: 'new.test', type: 'A', ttl: 3600, values: ['192.0.2.9'] })
  expect((await lookup.lookUp('new.test')).ipv4).toEqual(['192.0.2.9'])
})

test('a resolver that refuses, is not there or stays silent is unavailable', async () => {
  await expect(lookup.lookUp('www.example.com')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('refused'),
  })
  const silent = createSocket('udp4').bind(0, '127.0.0.1')
  await once(silent, 'listening')
  const asked = silent.address().port
  await expect(createNameLookup({ servers: [`127.0.0.1:${asked}`] }).lookUp('site.test')).rejects.toMatchObject({
    code: 'unavailable',
  })
  silent.close()
  await once(silent, 'close')
  await expect(createNameLookup({ servers: [`127.0.0.1:${asked}`] }).lookUpText('site.test')).rejects.toMatchObject({
    code: 'unavailable',
  })
})

test.each(['localhost', '127.0.0.1:', '::1:53:x', ''])('the resolver "%s" is refused', server => {
  expect(() => createNameLookup({ servers: [server] })).toThrow(expect.objectContaining({ code: 'invalid' }))
})
test.each(['::1', '[::1]', '[::1]:5353', '127.0.0.1', '127.0.0.1:5353'])('the resolver "%s" can be asked', server => {
  expect(() => createNameLookup({ servers: [server] })).not.toThrow()
})
