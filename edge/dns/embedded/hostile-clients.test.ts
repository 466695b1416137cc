import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { waitUntil } from '@parcela/kit'
import { type Answer, type DecodedPacket, decode, encode, streamEncode } from 'dns-packet'
import { describe, expect, test } from 'vitest'
import { parseQuery } from './parse-query.ts'
import { address, digShort, prepareServers } from './test-server.ts'
import { createTsig } from './tsig.ts'

const { closers, startServer } = prepareServers()

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

  test('2,000 mutilated packets over UDP, some of them also over TCP, leave it answering', async () => {
    const { port } = await startServer([address('hola.apps.localhost')], {
      udp: { perSecond: 1e6, burst: 1e6 },
      transfer: { keys: [key], allowedAddresses: ['127.0.0.1'] },
    })
    const random = seeded(20_260_801)
    const socket = createSocket('udp4')
    const replies: Buffer[] = []
    socket.on('message', packet => replies.push(packet))
    for (let round = 0; round < 2000; round++) {
      const packet = mutilate(corpus[round % corpus.length] ?? Buffer.alloc(0), random)
      await new Promise(sent => socket.send(packet, port, '127.0.0.1', sent))
      if (round % 20 === 0) await sendOverTcp(port, packet)
    }
    await waitUntil(() => replies.length > 0, { timeoutMs: 3000, what: 'some replies' })
    socket.close()
    for (const reply of replies) expect(reply.readUInt16BE(2) & 0x8000).toBe(0x8000)
    expect(await digShort(port, 'hola.apps.localhost')).toEqual(['127.0.0.1'])
  })

  test('200,000 mutilated packets are each read, refused or ignored, and no signature is taken for true', () => {
    const random = seeded(7)
    const tsig = createTsig({ keys: [key], clock: { now: () => new Date() } })
    const kinds = new Map<string, number>()
    for (let round = 0; round < 200_000; round++) {
      const original = corpus[round % corpus.length] ?? Buffer.alloc(0)
      const packet = mutilate(original, random)
      const parsed = parseQuery(packet)
      kinds.set(parsed.kind, (kinds.get(parsed.kind) ?? 0) + 1)
      if (parsed.kind !== 'query' || !parsed.query.signature) continue
      // What was not signed may have changed: the id that is restored, and the letter case of names of the signature.
      if (tsig.judge(parsed.query.signature).error === 0) expect(parsed.query.signature.message).toEqual(unsigned)
    }
    expect([...kinds.keys()].toSorted()).toEqual(['error', 'ignored', 'query'])
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
  expect(await digShort(port, '+tcp', 'hola.apps.localhost')).toEqual(['127.0.0.1'])
})

const sendOverTcp = async (port: number, packet: Buffer): Promise<void> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => socket.destroy())
  socket.resume()
  const length = Buffer.alloc(2)
  length.writeUInt16BE(packet.length)
  socket.end(Buffer.concat([length, packet]))
  await waitUntil(() => socket.closed, { timeoutMs: 3000, what: 'the connection to end' })
}

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

const key = { name: 'secondary.test', secret: Buffer.from('thirty-two bytes of a key, or so').toString('base64') }
const edns: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 4096,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
} as Answer
const unsigned = encode({
  type: 'query',
  id: 9,
  questions: [{ name: 'apps.localhost', type: 'AXFR' }],
  additionals: [edns],
})
/** What is changed at random: a plain question, one with EDNS, and a signed one. */
const corpus = [
  question('hola.apps.localhost'),
  encode({ type: 'query', questions: [{ name: 'x.apps.localhost', type: 'TXT' }], additionals: [edns] }),
  createTsig({ keys: [key], clock: { now: () => new Date() } }).request(unsigned),
]
