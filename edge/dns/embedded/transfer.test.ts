import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runToEnd } from '@parcela/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EmbeddedNameServerOptions } from './create-embedded-name-server.ts'
import { address, dig, digShort, prepareServers } from './test-server.ts'

const { closers, startServer } = prepareServers()
const secret = Buffer.from('thirty-two bytes of a key, or so').toString('base64')
const transfer = { keys: [{ name: 'secondary.test.', secret }], allowedAddresses: ['127.0.0.1'] }
const nameServerAddresses = { ipv4: ['127.0.0.9'], ipv6: ['::1'] }

let folder = ''
let keyFile = ''
let otherKeyFile = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parcela-transfer-'))
  keyFile = await writeKey('right.key', secret)
  otherKeyFile = await writeKey('wrong.key', Buffer.from('another key of thirty-two bytes.').toString('base64'))
})
afterAll(() => rm(folder, { recursive: true }))

const writeKey = async (file: string, value: string, algorithm = 'hmac-sha256'): Promise<string> => {
  await writeFile(join(folder, file), `key "secondary.test" { algorithm ${algorithm}; secret "${value}"; };\n`, {
    mode: 0o600,
  })
  return join(folder, file)
}
const startPrimary = (names: readonly string[], options: Partial<EmbeddedNameServerOptions> = {}) =>
  startServer(
    names.map(name => address(name)),
    { transfer, nameServerAddresses, ...options },
  )

describe('a transfer', () => {
  test('has every record of the zone and no other, and is a zone that BIND would load', async () => {
    const { server, port } = await startServer(
      [
        address('hola.apps.localhost'),
        address('*.apps.localhost'),
        { name: 't.apps.localhost', type: 'TXT', ttl: 60, values: ['k'.repeat(600), '"quoted" \\ ñ;'] },
        { name: 'apps.localhost', type: 'CAA', ttl: 60, values: ['0 issue "letsencrypt.org"'] },
        { name: 'www.apps.localhost', type: 'CNAME', ttl: 60, values: ['hola.apps.localhost'] },
        address('other.xn--parcela-9za.test'),
      ],
      { transfer, nameServerAddresses },
    )
    await server.addValidation('_acme-challenge.apps.localhost', 'to be seen')
    const zone = await dig(port, '-k', keyFile, '+noall', '+answer', '+onesoa', 'apps.localhost', 'AXFR')
    expect(zone).not.toContain('other.')
    for (const type of ['SOA', 'NS', 'A', 'AAAA', 'CAA', 'CNAME'])
      expect(zone).toMatch(new RegExp(`\\sIN\\s${type}\\s`))
    expect(zone).toContain('"to be seen"')
    const checked = await checkZone('apps.localhost', zone)
    expect(checked).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/loaded serial \d+\nOK/) })
  })

  test('of five thousand names is whole', async () => {
    const names = Array.from({ length: 5000 }, (_, index) => `n${index}.apps.localhost`)
    const { port } = await startPrimary(names)
    const zone = await dig(port, '-k', keyFile, '+noall', '+answer', 'apps.localhost', 'AXFR')
    expect(zone.match(/^n\d+\.apps\.localhost\./gm)).toHaveLength(5000)
  })

  test('of a zone that has another of ours below it tells where that begins', async () => {
    const { port } = await startPrimary(['a.example.test', 'a.apps.example.test'], {
      zones: ['example.test', 'apps.example.test'],
      nameServerName: 'ns1.apps.example.test',
    })
    const zone = await dig(port, '-k', keyFile, '+noall', '+answer', '+onesoa', 'example.test', 'AXFR')
    expect(zone).toMatch(/^apps\.example\.test\.\s+3600\s+IN\s+NS\s+ns1\.apps\.example\.test\.$/m)
    expect(zone).toMatch(/^ns1\.apps\.example\.test\.\s+3600\s+IN\s+A\s+127\.0\.0\.9$/m)
    expect(zone).not.toMatch(/^a\.apps/m)
    expect(await checkZone('example.test', zone)).toMatchObject({ exitCode: 0 })
  })

  test('is refused without a key, with a wrong secret or algorithm, from elsewhere, of a name that is no zone, and before the records are known', async () => {
    const { port } = await startPrimary(['hola.apps.localhost'])
    const elsewhere = await startPrimary([], { transfer: { ...transfer, allowedAddresses: ['192.0.2.1'] } })
    const early = await startServer(null, { transfer })
    const weak = await writeKey('weak.key', secret, 'hmac-sha1')
    for (const [at, ...words] of [
      [port],
      [port, '-k', otherKeyFile],
      [port, '-k', weak],
      [elsewhere.port, '-k', keyFile],
      [early.port, '-k', keyFile],
    ] as const) {
      const answer = await dig(at, ...words, 'apps.localhost', 'AXFR')
      expect(answer).toMatch(/Transfer failed|status: (REFUSED|SERVFAIL|NOTAUTH)/)
      expect(answer).not.toMatch(/\sSOA\s/)
    }
    expect(await dig(port, '-k', keyFile, 'hola.apps.localhost', 'AXFR')).toMatch(/Transfer failed/)
  })

  test('may be asked for as a difference, which is then the whole', async () => {
    const { port } = await startPrimary(['hola.apps.localhost'])
    expect(await dig(port, '-k', keyFile, 'apps.localhost', 'IXFR=1')).toMatch(/^hola\.apps\.localhost\./m)
    const overUdp = await dig(port, '-k', keyFile, '+notcp', '+noall', '+answer', 'apps.localhost', 'IXFR=1')
    expect(overUdp).toMatch(/\sSOA\s/)
    expect(overUdp).not.toContain('hola')
  })
})

describe('a signed question', () => {
  test('gets a signed answer that dig finds true, over UDP and TCP', async () => {
    const { port } = await startPrimary(['hola.apps.localhost'])
    for (const transport of ['+notcp', '+tcp']) {
      const answer = await dig(port, '-k', keyFile, transport, 'apps.localhost', 'SOA')
      expect(answer).toMatch(
        /TSIG PSEUDOSECTION:\nsecondary\.test\.\s+0\s+ANY\s+TSIG\s+hmac-sha256\. \d+ 300 32 \S+ \d+ NOERROR 0/,
      )
      expect(answer).not.toMatch(/verify|TSIG error/i)
    }
  })

  test('keeps within the size of a packet, with its signature', async () => {
    const { server, port } = await startPrimary([])
    await server.ensureRecords({
      ...address('many.apps.localhost'),
      values: Array.from({ length: 70 }, (_, index) => `127.0.1.${index}`),
    })
    const plain = await dig(port, '+ignore', 'many.apps.localhost')
    const signed = await dig(port, '-k', keyFile, '+ignore', 'many.apps.localhost')
    expect(plain).toMatch(/ANSWER: 70/)
    expect(signed).toMatch(/flags: qr aa tc rd;/)
    expect(await digShort(port, '-k', keyFile, 'many.apps.localhost')).toHaveLength(70)
  })

  test.each([
    ['an unknown key', 'NOTAUTH', 'BADKEY', async () => writeOtherName()],
    ['a wrong secret', 'NOTAUTH', 'BADSIG', async () => otherKeyFile],
  ])('with %s is told so, unsigned', async (_case, status, error, key) => {
    const { port } = await startPrimary(['hola.apps.localhost'])
    const answer = await dig(port, '-k', await key(), 'hola.apps.localhost')
    expect(answer).toMatch(new RegExp(`status: ${status}`))
    expect(answer).toMatch(new RegExp(`TSIG\\s+hmac-sha256\\. \\d+ 300 0 \\d+ ${error} 0`))
    expect(answer).toMatch(/ANSWER: 0/)
  })

  test('of another time is told the time, signed', async () => {
    const late = { now: () => new Date(Date.now() + 600_000) }
    const { port } = await startPrimary(['hola.apps.localhost'], { clock: late })
    const answer = await dig(port, '-k', keyFile, 'hola.apps.localhost')
    expect(answer).toMatch(/status: NOTAUTH/)
    expect(answer).toMatch(/TSIG\s+hmac-sha256\. \d+ 300 32 \S+ \d+ BADTIME 6 /)
  })

  test('is told that the key is unknown where no transfers are allowed', async () => {
    const { port } = await startServer([address('hola.apps.localhost')])
    expect(await dig(port, '-k', keyFile, 'hola.apps.localhost')).toMatch(/status: NOTAUTH[\s\S]*BADKEY/)
  })

  const writeOtherName = async (): Promise<string> => {
    const file = join(folder, 'name.key')
    await writeFile(file, `key "stranger.test" { algorithm hmac-sha256; secret "${secret}"; };\n`, { mode: 0o600 })
    return file
  }
})

describe('news of a change', () => {
  test('reach each secondary, signed, again until they are acknowledged', async () => {
    const secondary = await listenAsSecondary()
    const { server } = await startPrimary(['hola.apps.localhost'], {
      zones: ['apps.localhost'],
      transfer: { ...transfer, notifyPort: secondary.port },
    })
    const first = await secondary.next()
    const again = await secondary.next()
    expect(again.readUInt16BE(0)).toBe(first.readUInt16BE(0))
    expect(first.readUInt16BE(2)).toBe(0x2400)
    expect(first.readUInt16BE(10)).toBe(1)
    expect(first.subarray(12).toString('latin1')).toContain(
      '\x04apps\x09localhost\x00\x00\x06\x00\x01\x09secondary\x04test\x00\x00\xfa',
    )
    secondary.acknowledge(again)
    await server.ensureRecords(address('two.apps.localhost'))
    const later = await secondary.next()
    expect(later.readUInt16BE(0)).not.toBe(first.readUInt16BE(0))
    secondary.acknowledge(later)
  })
})

test.each([
  ['a secondary that is no address', { ...transfer, allowedAddresses: ['ns2.example.org'] }],
  ['a key with a short secret', { ...transfer, keys: [{ name: 'a.test', secret: 'c2hvcnQ=' }] }],
  ['a key with a strange name', { ...transfer, keys: [{ name: 'a b', secret }] }],
])('%s is refused', async (_case, wrong) => {
  await expect(startServer([], { transfer: wrong })).rejects.toMatchObject({ code: 'invalid' })
})

const checkZone = async (zone: string, text: string) => {
  const file = join(folder, `${zone}.zone`)
  await writeFile(file, text)
  return runToEnd(['named-checkzone', '-i', 'full', zone, file], { timeoutMs: 10_000 })
}

const listenAsSecondary = async () => {
  const socket = createSocket('udp4')
  const waiting: Buffer[] = []
  const ports: number[] = []
  socket.on('message', (packet, from) => {
    waiting.push(packet)
    ports.push(from.port)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  closers.push(async () => socket.close())
  return {
    port: (socket.address() as AddressInfo).port,
    next: async (): Promise<Buffer> => {
      if (waiting.length === 0) await once(socket, 'message', { signal: AbortSignal.timeout(5000) })
      return waiting.shift() ?? Buffer.alloc(0)
    },
    acknowledge: (packet: Buffer) => {
      const reply = Buffer.from(packet.subarray(0, 12))
      reply.writeUInt16BE(0xa400, 2)
      socket.send(reply, ports.at(-1), '127.0.0.1')
    },
  }
}
