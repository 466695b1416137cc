import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { RecordSet } from '@parcela/core'
import { describe, expect, test } from 'vitest'
import { address, dig, digShort, prepareServers } from './test-server.ts'

const { closers, fileOf, startServer } = prepareServers()

describe('answers', () => {
  test('every type of record comes back as it was given', async () => {
    const { port } = await startServer([
      { name: 'hola.apps.localhost', type: 'A', ttl: 60, values: ['127.0.0.1', '127.0.0.2'] },
      { name: 'hola.apps.localhost', type: 'AAAA', ttl: 60, values: ['::1', '2001:db8::1.2.3.4'] },
      { name: 'hola.apps.localhost', type: 'TXT', ttl: 60, values: ['plain', 'ñ "quoted" text'] },
      {
        name: 'hola.apps.localhost',
        type: 'CAA',
        ttl: 60,
        values: ['0 issue "letsencrypt.org"', '128 iodef "mailto:a@b.test"'],
      },
      { name: 'alias.apps.localhost', type: 'CNAME', ttl: 60, values: ['hola.apps.localhost'] },
    ])
    expect(await digShort(port, 'hola.apps.localhost', 'A')).toEqual(['127.0.0.1', '127.0.0.2'])
    expect(await digShort(port, 'hola.apps.localhost', 'AAAA')).toEqual(['2001:db8::102:304', '::1'])
    expect(await digShort(port, 'hola.apps.localhost', 'TXT')).toEqual(['"\\195\\177 \\"quoted\\" text"', '"plain"'])
    expect(await digShort(port, 'hola.apps.localhost', 'CAA')).toEqual([
      '0 issue "letsencrypt.org"',
      '128 iodef "mailto:a@b.test"',
    ])
    expect(await digShort(port, 'alias.apps.localhost', 'A')).toEqual([
      '127.0.0.1',
      '127.0.0.2',
      'hola.apps.localhost.',
    ])
    expect(await digShort(port, '+tcp', 'hola.apps.localhost', 'A')).toEqual(['127.0.0.1', '127.0.0.2'])
  })

  test('the server is authoritative and does not offer recursion', async () => {
    const { port } = await startServer([address('hola.apps.localhost')])
    expect(await dig(port, 'hola.apps.localhost')).toMatch(/flags: qr aa rd;/)
  })

  test('a zone has its SOA and NS, with the addresses of the name server when it has some', async () => {
    const { port } = await startServer([address('ns1.apps.localhost', '127.0.0.9')])
    expect(await digShort(port, 'apps.localhost', 'NS')).toEqual(['ns1.apps.localhost.'])
    expect((await digShort(port, 'xn--parcela-9za.test', 'SOA'))[0]).toMatch(
      /^ns1\.apps\.localhost\. hostmaster\.apps\.localhost\. \d+ /,
    )
    expect(await dig(port, 'apps.localhost', 'NS')).toMatch(
      /ADDITIONAL SECTION:\nns1\.apps\.localhost\.\s+60\s+IN\s+A\s+127\.0\.0\.9/,
    )
  })

  test('the name server has addresses of its own, which nobody else removes', async () => {
    const { server, port } = await startServer([], { nameServerAddresses: { ipv4: ['127.0.0.9'], ipv6: ['::1'] } })
    expect(await digShort(port, 'ns1.apps.localhost')).toEqual(['127.0.0.9'])
    expect(await digShort(port, 'ns1.apps.localhost', 'AAAA')).toEqual(['::1'])
    expect(await dig(port, 'xn--parcela-9za.test', 'NS')).toMatch(/ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 3/)
    expect(await server.listRecords()).toEqual([])
  })

  test('an unknown name is NXDOMAIN, a known name without that type is not, and both carry the SOA', async () => {
    const { port } = await startServer([address('a.b.apps.localhost')])
    const unknown = await dig(port, 'other.apps.localhost')
    expect(unknown).toMatch(/status: NXDOMAIN/)
    expect(unknown).toMatch(/AUTHORITY SECTION:\napps\.localhost\.\s+10\s+IN\s+SOA/)
    for (const words of [
      ['a.b.apps.localhost', 'AAAA'],
      ['b.apps.localhost', 'A'],
      ['apps.localhost', 'MX'],
    ]) {
      const empty = await dig(port, ...words)
      expect(empty).toMatch(/status: NOERROR/)
      expect(empty).toMatch(/ANSWER: 0, AUTHORITY: 1/)
    }
  })

  test('a wildcard answers for names that do not exist, as RFC 4592 has it', async () => {
    const { port } = await startServer([
      address('*.apps.localhost', '127.0.0.5'),
      address('hola.apps.localhost', '127.0.0.6'),
      address('deep.under.apps.localhost', '127.0.0.7'),
    ])
    expect(await digShort(port, 'any.apps.localhost')).toEqual(['127.0.0.5'])
    expect(await digShort(port, 'far.off.apps.localhost')).toEqual(['127.0.0.5'])
    expect(await dig(port, 'any.apps.localhost')).toMatch(/any\.apps\.localhost\.\s+60\s+IN\s+A/)
    expect(await digShort(port, 'hola.apps.localhost')).toEqual(['127.0.0.6'])
    expect(await dig(port, 'any.apps.localhost', 'AAAA')).toMatch(/status: NOERROR.*\n.*ANSWER: 0, AUTHORITY: 1/)
    expect(await dig(port, 'x.hola.apps.localhost')).toMatch(/status: NXDOMAIN/)
    expect(await dig(port, 'x.under.apps.localhost')).toMatch(/status: NXDOMAIN/)
    expect(await dig(port, 'under.apps.localhost')).toMatch(/status: NOERROR.*\n.*ANSWER: 0/)
  })

  test('the letter case of the question comes back', async () => {
    const { port } = await startServer([address('hola.apps.localhost')])
    expect(await dig(port, 'hOlA.aPPs.LocalHost')).toMatch(/^hOlA\.aPPs\.LocalHost\.\s+60\s+IN\s+A\s+127\.0\.0\.1/m)
  })

  test('a wildcard answers a label of any bytes with the same bytes', async () => {
    const { port } = await startServer([address('*.apps.localhost')])
    expect(await dig(port, '\\255\\.x\\000.apps.localhost')).toMatch(
      /^\\255\\\.x\\000\.apps\.localhost\.\s+60\s+IN\s+A/m,
    )
  })

  test('foreign names, transfers and other classes are refused', async () => {
    const { port } = await startServer([address('hola.apps.localhost')])
    for (const words of [
      ['example.com'],
      ['.', 'NS'],
      ['evilapps.localhost'],
      ['version.bind', 'CH', 'TXT'],
      ['apps.localhost', 'IXFR=1'],
    ]) {
      expect(await dig(port, ...words)).toMatch(/status: REFUSED|Transfer failed/)
    }
    expect(await dig(port, 'apps.localhost', 'AXFR')).toMatch(/Transfer failed/)
  })

  test('ANY gets one small record', async () => {
    const { port } = await startServer([address('hola.apps.localhost')])
    expect(await digShort(port, '+notcp', 'hola.apps.localhost', 'ANY')).toEqual(['"RFC8482" ""'])
  })

  test('aliases that go round end', async () => {
    const { port } = await startServer([
      { name: 'a.apps.localhost', type: 'CNAME', ttl: 60, values: ['b.apps.localhost'] },
      { name: 'b.apps.localhost', type: 'CNAME', ttl: 60, values: ['a.apps.localhost'] },
      { name: 'c.apps.localhost', type: 'CNAME', ttl: 60, values: ['gone.apps.localhost'] },
      { name: 'd.apps.localhost', type: 'CNAME', ttl: 60, values: ['www.example.com'] },
    ])
    expect(await digShort(port, 'a.apps.localhost')).toEqual(['a.apps.localhost.', 'b.apps.localhost.'])
    expect(await dig(port, 'c.apps.localhost')).toMatch(/status: NXDOMAIN.*\n.*ANSWER: 1, AUTHORITY: 1/)
    expect(await digShort(port, 'd.apps.localhost')).toEqual(['www.example.com.'])
  })
})

describe('size', () => {
  const many: RecordSet = {
    name: 'many.apps.localhost',
    type: 'A',
    ttl: 60,
    values: Array.from({ length: 60 }, (_, index) => `127.0.1.${index}`),
  }

  test('what fits 1232 bytes comes in one packet when the asker can take it', async () => {
    const { port } = await startServer([many])
    const whole = await dig(port, '+ignore', '+bufsize=4096', 'many.apps.localhost')
    expect(whole).toMatch(/ANSWER: 60/)
    expect(whole).toMatch(/EDNS: version: 0, flags:; udp: 1232/)
    const small = await dig(port, '+ignore', '+noedns', 'many.apps.localhost')
    expect(small).toMatch(/flags: qr aa tc rd;/)
    expect(small).toMatch(/ANSWER: 0/)
  })

  test('a truncated answer is whole over TCP', async () => {
    const { port } = await startServer([
      { ...many, values: [...many.values, ...many.values.map(ip => ip.replace('.1.', '.2.'))] },
    ])
    expect(await dig(port, '+ignore', '+bufsize=4096', 'many.apps.localhost')).toMatch(/flags: qr aa tc rd;/)
    expect(await digShort(port, 'many.apps.localhost')).toHaveLength(120)
  })

  test('a long text is split into strings of 255 bytes', async () => {
    const { port } = await startServer([
      { name: 't.apps.localhost', type: 'TXT', ttl: 60, values: ['k'.repeat(600), ''] },
    ])
    const lengths = (await digShort(port, 't.apps.localhost', 'TXT')).map(line =>
      line.split(' ').map(part => part.length - 2),
    )
    expect(lengths).toEqual([[0], [255, 255, 90]])
  })

  test('an unknown EDNS version is told so', async () => {
    const { port } = await startServer([address('hola.apps.localhost')])
    expect(await dig(port, '+noednsneg', '+edns=1', 'hola.apps.localhost')).toMatch(/status: BADVERS/)
  })
})

describe('records', () => {
  test('before they are given, a missing name is a temporary failure', async () => {
    const { server, port } = await startServer(null)
    expect(await dig(port, 'hola.apps.localhost')).toMatch(/status: SERVFAIL/)
    await server.ensureRecords(address('hola.apps.localhost'))
    expect(await digShort(port, 'hola.apps.localhost')).toEqual(['127.0.0.1'])
    await server.replaceRecords([])
    expect(await dig(port, 'hola.apps.localhost')).toMatch(/status: NXDOMAIN/)
  })

  test('the serial rises with every change, not without one, and never goes back', async () => {
    const { server, port } = await startServer([address('hola.apps.localhost')])
    const serial = async (at: number) => Number((await digShort(at, 'apps.localhost', 'SOA'))[0]?.split(' ')[2])
    const first = await serial(port)
    await server.ensureRecords(address('two.apps.localhost'))
    const second = await serial(port)
    expect(second).toBeGreaterThan(first)
    await server.ensureRecords(address('two.apps.localhost'))
    await server.replaceRecords([address('two.apps.localhost'), address('hola.apps.localhost')])
    expect(await serial(port)).toBe(second)

    await server.stop()
    const longAgo = { now: () => new Date('2001-01-01') }
    const again = await startServer([address('hola.apps.localhost')], { clock: longAgo })
    expect(await serial(again.port)).toBeGreaterThan(second)
    expect(Number(await readFile(fileOf('serial'), 'utf8'))).toBe(await serial(again.port))
  })

  test.each<[string, Partial<RecordSet>]>([
    ['a name outside the zones', { name: 'example.com' }],
    ['a name in upper case', { name: 'Hola.apps.localhost' }],
    ['a wildcard in the middle', { name: 'a.*.apps.localhost' }],
    ['a label of 64 bytes', { name: `${'a'.repeat(64)}.apps.localhost` }],
    ['a name with an empty label', { name: 'a..apps.localhost' }],
    ['a value that is no address', { values: ['localhost'] }],
    ['no values', { values: [] }],
    ['a negative TTL', { ttl: -1 }],
    ['an alias with two targets', { type: 'CNAME', values: ['a.apps.localhost', 'b.apps.localhost'] }],
    ['an alias at the top of the zone', { name: 'apps.localhost', type: 'CNAME', values: ['a.apps.localhost'] }],
    ['a CAA without quotes', { type: 'CAA', values: ['0 issue letsencrypt.org'] }],
    ['an alias beside an address', { name: 'hola.apps.localhost', type: 'CNAME', values: ['a.apps.localhost'] }],
  ])('%s is refused and changes nothing', async (_case, part) => {
    const { server } = await startServer([address('hola.apps.localhost')])
    const record: RecordSet = { ...address('new.apps.localhost'), ...part }
    await expect(server.ensureRecords(record)).rejects.toMatchObject({ code: 'rejected' })
    await expect(server.replaceRecords([address('hola.apps.localhost'), record])).rejects.toMatchObject({
      code: 'rejected',
    })
    expect(await server.listRecords()).toEqual([address('hola.apps.localhost')])
  })
})

test('a port that is taken is an error that names the setting', async () => {
  const taken = createServer()
  taken.listen(0, '127.0.0.1')
  await once(taken, 'listening')
  closers.push(async () => taken.close())
  const occupied = taken.address()
  const port = typeof occupied === 'object' && occupied ? occupied.port : 0
  await expect(startServer([], { port })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/is used by another program.*PARCELA_DNS_PORT/),
  })
})
