import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordSet } from '@parcela/core'
import { runToEnd, silentLog, waitUntil } from '@parcela/kit'
import { type Answer, type DecodedPacket, decode, encode, streamEncode } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEmbeddedNameServer, type EmbeddedNameServerOptions } from './create-embedded-name-server.ts'

const address = (name: string, value = '127.0.0.1'): RecordSet => ({ name, type: 'A', ttl: 60, values: [value] })
const closers: (() => Promise<unknown>)[] = []
let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parcela-dns-'))
})

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  await rm(directory, { recursive: true })
})

const startServer = async (records: readonly RecordSet[] | null, options: Partial<EmbeddedNameServerOptions> = {}) => {
  const server = createEmbeddedNameServer({
    bind: '127.0.0.1',
    port: 0,
    zones: ['apps.localhost', 'xn--parcela-9za.test'],
    directory,
    clock: { now: () => new Date() },
    log: silentLog,
    ...options,
  })
  const { port } = await server.start()
  closers.push(server.stop)
  if (records) await server.replaceRecords(records)
  return { server, port }
}

/** Real dig: what an administrator would look with. */
const dig = async (port: number, ...words: string[]) => {
  const result = await runToEnd(['dig', '-p', String(port), '@127.0.0.1', '+tries=1', '+time=3', ...words], {
    timeoutMs: 10_000,
  }).catch(error => {
    throw new Error('These tests look with dig: install the package bind9-dnsutils', { cause: error })
  })
  return result.stdout
}
const short = async (port: number, ...words: string[]) =>
  (await dig(port, '+short', ...words)).trim().split('\n').sort()

const askUdp = async (port: number, packet: Uint8Array): Promise<Buffer> => {
  const socket = createSocket('udp4')
  const answered = once(socket, 'message', { signal: AbortSignal.timeout(3000) })
  socket.send(packet, port, '127.0.0.1')
  try {
    const [reply] = (await answered) as [Buffer]
    return reply
  } finally {
    socket.close()
  }
}

const connectTcp = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1')
  closers.push(async () => socket.destroy())
  await once(socket, 'connect')
  return socket
}

const question = (name: string, type: 'A' | 'TXT' = 'A', id = 7): Buffer =>
  encode({ type: 'query', id, flags: 0x0100, questions: [{ name, type }] })

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
    expect(await short(port, 'hola.apps.localhost', 'A')).toEqual(['127.0.0.1', '127.0.0.2'])
    expect(await short(port, 'hola.apps.localhost', 'AAAA')).toEqual(['2001:db8::102:304', '::1'])
    expect(await short(port, 'hola.apps.localhost', 'TXT')).toEqual(['"\\195\\177 \\"quoted\\" text"', '"plain"'])
    expect(await short(port, 'hola.apps.localhost', 'CAA')).toEqual([
      '0 issue "letsencrypt.org"',
      '128 iodef "mailto:a@b.test"',
    ])
    expect(await short(port, 'alias.apps.localhost', 'A')).toEqual(['127.0.0.1', '127.0.0.2', 'hola.apps.localhost.'])
    expect(await short(port, '+tcp', 'hola.apps.localhost', 'A')).toEqual(['127.0.0.1', '127.0.0.2'])
  })

  test('the server is authoritative and does not offer recursion', async () => {
    const { port } = await startServer([address('hola.apps.localhost')])
    expect(await dig(port, 'hola.apps.localhost')).toMatch(/flags: qr aa rd;/)
  })

  test('a zone has its SOA and NS, with the addresses of the name server when it has some', async () => {
    const { port } = await startServer([address('ns1.apps.localhost', '127.0.0.9')])
    expect(await short(port, 'apps.localhost', 'NS')).toEqual(['ns1.apps.localhost.'])
    expect((await short(port, 'xn--parcela-9za.test', 'SOA'))[0]).toMatch(
      /^ns1\.apps\.localhost\. hostmaster\.apps\.localhost\. \d+ /,
    )
    expect(await dig(port, 'apps.localhost', 'NS')).toMatch(
      /ADDITIONAL SECTION:\nns1\.apps\.localhost\.\s+60\s+IN\s+A\s+127\.0\.0\.9/,
    )
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
    expect(await short(port, 'any.apps.localhost')).toEqual(['127.0.0.5'])
    expect(await short(port, 'far.off.apps.localhost')).toEqual(['127.0.0.5'])
    expect(await dig(port, 'any.apps.localhost')).toMatch(/any\.apps\.localhost\.\s+60\s+IN\s+A/)
    expect(await short(port, 'hola.apps.localhost')).toEqual(['127.0.0.6'])
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
    expect(await short(port, '+notcp', 'hola.apps.localhost', 'ANY')).toEqual(['"RFC8482" ""'])
  })

  test('aliases that go round end', async () => {
    const { port } = await startServer([
      { name: 'a.apps.localhost', type: 'CNAME', ttl: 60, values: ['b.apps.localhost'] },
      { name: 'b.apps.localhost', type: 'CNAME', ttl: 60, values: ['a.apps.localhost'] },
      { name: 'c.apps.localhost', type: 'CNAME', ttl: 60, values: ['gone.apps.localhost'] },
      { name: 'd.apps.localhost', type: 'CNAME', ttl: 60, values: ['www.example.com'] },
    ])
    expect(await short(port, 'a.apps.localhost')).toEqual(['a.apps.localhost.', 'b.apps.localhost.'])
    expect(await dig(port, 'c.apps.localhost')).toMatch(/status: NXDOMAIN.*\n.*ANSWER: 1, AUTHORITY: 1/)
    expect(await short(port, 'd.apps.localhost')).toEqual(['www.example.com.'])
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
    expect(await short(port, 'many.apps.localhost')).toHaveLength(120)
  })

  test('a long text is split into strings of 255 bytes', async () => {
    const { port } = await startServer([
      { name: 't.apps.localhost', type: 'TXT', ttl: 60, values: ['k'.repeat(600), ''] },
    ])
    const lengths = (await short(port, 't.apps.localhost', 'TXT')).map(line =>
      line.split(' ').map(part => part.length - 2),
    )
    expect(lengths).toEqual([[0], [255, 255, 90]])
  })

  test('an unknown EDNS version is told so', async () => {
    const { port } = await startServer([address('hola.apps.localhost')])
    expect(await dig(port, '+noednsneg', '+edns=1', 'hola.apps.localhost')).toMatch(/status: BADVERS/)
  })
})

describe('bad packets', () => {
  test('an unknown operation, two questions and a broken question get their codes, and answers get silence', async () => {
    const { port } = await startServer([address('hola.apps.localhost')])
    const good = question('hola.apps.localhost')
    const changed = (at: number, value: number) => Buffer.from(good).fill(value, at, at + 1)
    expect((await askUdp(port, changed(2, 0x28))).readUInt16BE(2)).toBe(0xa804)
    expect((await askUdp(port, changed(5, 2)))[3]).toBe(1)
    expect((await askUdp(port, changed(12, 0xc0)))[3]).toBe(1)
    expect((await askUdp(port, changed(11, 1)))[3]).toBe(1)

    const socket = createSocket('udp4')
    const heard: Buffer[] = []
    socket.on('message', packet => heard.push(packet))
    socket.send(changed(2, 0x81), port, '127.0.0.1')
    socket.send(good.subarray(0, 11), port, '127.0.0.1')
    socket.send(good, port, '127.0.0.1')
    await waitUntil(() => heard.length > 0, { timeoutMs: 3000, what: 'the one answer' })
    socket.close()
    expect(heard).toHaveLength(1)
  })

  test('2,000 mutilated packets leave it answering', async () => {
    const { port } = await startServer([address('hola.apps.localhost')], { udp: { perSecond: 1e6, burst: 1e6 } })
    const random = seeded(20_260_801)
    const seeds = [
      question('hola.apps.localhost'),
      encode({
        type: 'query',
        questions: [{ name: 'x.apps.localhost', type: 'TXT' }],
        additionals: [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: 4096,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          } as Answer,
        ],
      }),
    ]
    const socket = createSocket('udp4')
    const replies: Buffer[] = []
    socket.on('message', packet => replies.push(packet))
    for (let round = 0; round < 2000; round++) {
      await new Promise(sent =>
        socket.send(mutilate(seeds[round % 2] ?? Buffer.alloc(0), random), port, '127.0.0.1', sent),
      )
    }
    await waitUntil(() => replies.length > 0, { timeoutMs: 3000, what: 'some replies' })
    socket.close()
    for (const reply of replies) expect(reply.readUInt16BE(2) & 0x8000).toBe(0x8000)
    expect(await short(port, 'hola.apps.localhost')).toEqual(['127.0.0.1'])
  })
})

describe('TCP', () => {
  test('many questions on one connection are answered in order, also when they come in pieces', async () => {
    const { port } = await startServer([address('hola.apps.localhost')])
    const socket = await connectTcp(port)
    const replies = collectReplies(socket)
    const bytes = Buffer.concat(
      [1, 2, 3, 4, 5].map(id =>
        streamEncode({ type: 'query', id, questions: [{ name: 'hola.apps.localhost', type: 'A' }] }),
      ),
    )
    socket.write(bytes.subarray(0, 21))
    await waitUntil(() => socket.bytesWritten === 21, { timeoutMs: 1000, what: 'the first piece' })
    socket.write(bytes.subarray(21))
    await waitUntil(() => replies().length === 5, { timeoutMs: 3000, what: 'five answers' })
    expect(replies().map(reply => reply.id)).toEqual([1, 2, 3, 4, 5])
  })

  test('a connection that asks nothing is closed', async () => {
    const { port } = await startServer([], { tcp: { connections: 4, idleMs: 100, messageBytes: 512 } })
    const silent = await connectTcp(port)
    await once(silent.resume(), 'close', { signal: AbortSignal.timeout(3000) })
    expect(silent.destroyed).toBe(true)
  })

  test('when all places are taken, the longest silent connection makes room', async () => {
    const { port } = await startServer([address('hola.apps.localhost')], {
      tcp: { connections: 2, idleMs: 10_000, messageBytes: 512 },
    })
    const first = await connectTcp(port)
    const second = await connectTcp(port)
    const firstReplies = collectReplies(first)
    first.write(streamEncode({ type: 'query', id: 1, questions: [{ name: 'hola.apps.localhost', type: 'A' }] }))
    await waitUntil(() => firstReplies().length === 1, { timeoutMs: 3000, what: 'an answer' })
    second.on('error', () => second.destroy())
    await connectTcp(port)
    await waitUntil(() => second.resume().closed, { timeoutMs: 3000, what: 'the silent connection to close' })
    expect(first.destroyed).toBe(false)
  })

  test('an announced message beyond the limit ends the connection', async () => {
    const { port } = await startServer([], { tcp: { connections: 4, idleMs: 10_000, messageBytes: 512 } })
    const socket = await connectTcp(port)
    socket.on('error', () => socket.destroy())
    socket.resume().write(Buffer.of(0xff, 0xff, 1))
    await waitUntil(() => socket.closed, { timeoutMs: 3000, what: 'the connection to close' })
  })
})

test('a flood over UDP gets a few answers and is then sent to TCP', async () => {
  const { port } = await startServer([address('hola.apps.localhost')], { udp: { perSecond: 0.001, burst: 5 } })
  const socket = createSocket('udp4')
  const replies: DecodedPacket[] = []
  socket.on('message', packet => replies.push(decode(packet)))
  for (let id = 0; id < 25; id++) socket.send(question('hola.apps.localhost', 'A', id), port, '127.0.0.1')
  await waitUntil(() => replies.length === 15, { timeoutMs: 3000, what: '5 answers and 10 signs to use TCP' })
  socket.close()
  expect(replies.filter(reply => !reply.flag_tc)).toHaveLength(5)
  expect(await short(port, '+tcp', 'hola.apps.localhost')).toEqual(['127.0.0.1'])
})

describe('records', () => {
  test('before they are given, a missing name is a temporary failure', async () => {
    const { server, port } = await startServer(null)
    expect(await dig(port, 'hola.apps.localhost')).toMatch(/status: SERVFAIL/)
    await server.ensureRecords(address('hola.apps.localhost'))
    expect(await short(port, 'hola.apps.localhost')).toEqual(['127.0.0.1'])
    await server.replaceRecords([])
    expect(await dig(port, 'hola.apps.localhost')).toMatch(/status: NXDOMAIN/)
  })

  test('the serial rises with every change, not without one, and never goes back', async () => {
    const { server, port } = await startServer([address('hola.apps.localhost')])
    const serial = async (at: number) => Number((await short(at, 'apps.localhost', 'SOA'))[0]?.split(' ')[2])
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
    expect(Number(await readFile(join(directory, 'serial'), 'utf8'))).toBe(await serial(again.port))
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

const collectReplies = (socket: Socket) => {
  const parts: Buffer[] = []
  socket.on('data', part => parts.push(part))
  return (): DecodedPacket[] => {
    const bytes = Buffer.concat(parts)
    const found: DecodedPacket[] = []
    for (
      let at = 0;
      at + 2 <= bytes.length && at + 2 + bytes.readUInt16BE(at) <= bytes.length;
      at += 2 + bytes.readUInt16BE(at)
    )
      found.push(decode(bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at))))
    return found
  }
}

/** A small generator with a fixed seed (mulberry32), so that a failure comes again. */
const seeded = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const mutilate = (packet: Buffer, random: (below: number) => number): Buffer => {
  const bytes = Buffer.from(packet)
  for (let change = random(6); change >= 0; change--) bytes[random(bytes.length)] = random(256)
  return random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes
}
