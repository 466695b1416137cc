import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import type { IssuedCertificate } from '@parcela/core'
import { type Log, run, runToEnd, silentLog } from '@parcela/kit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLocalCa, type LocalCaOptions } from './create-local-ca.ts'
import { authorityKey, leafConstraints, leafKeyUsage, serverUse, subjectNames } from './extensions.ts'
import { keyIdOf, signCertificate } from './sign-certificate.ts'

const dayMs = 86_400_000
const closers: (() => unknown)[] = []
let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parcela-ca-'))
})
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
  await rm(directory, { recursive: true })
})

const createCa = (options: Partial<LocalCaOptions> = {}) =>
  createLocalCa({
    directory: join(directory, 'ca'),
    domains: ['parcela.localhost', 'apps.localhost'],
    publishTo: join(directory, 'ca.pem'),
    clock: { now: () => new Date() },
    log: silentLog,
    ...options,
  })

const fileNames = async () => (await readdir(join(directory, 'ca'))).sort()

/** The verdict of openssl's own command on a leaf for a host name. */
const verify = async (certificate: string, host: string): Promise<string> => {
  await writeFile(join(directory, 'leaf.pem'), certificate)
  const { stdout, stderr } = await runToEnd(
    [
      'openssl',
      'verify',
      '-x509_strict',
      '-purpose',
      'sslserver',
      '-verify_hostname',
      host,
      '-CAfile',
      'ca.pem',
      'leaf.pem',
    ],
    { cwd: directory, timeoutMs: 10_000 },
  )
  return stdout + stderr
}

const describeCertificate = async (pem: string): Promise<string> =>
  (await run(['openssl', 'x509', '-noout', '-text'], { input: pem, timeoutMs: 10_000 })).stdout

/** Signs what the CA itself refuses to sign, with its own key: what a thief of the key would do. */
const signForeign = async (
  names: readonly string[],
  ca: string,
): Promise<Pick<IssuedCertificate, 'certificate' | 'key'>> => {
  const keyFile = (await fileNames()).find(name => name.endsWith('.key')) ?? ''
  const key = createPrivateKey(await readFile(join(directory, 'ca', keyFile)))
  const authority = new X509Certificate(ca)
  const certificate = signCertificate(
    {
      subject: null,
      issuer: authority.subject.replace('CN=', ''),
      publicKey: createPublicKey(key),
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + dayMs),
      extensions: [leafConstraints, leafKeyUsage, serverUse, subjectNames(names), authorityKey(keyIdOf(key))],
    },
    key,
  )
  return { certificate, key: key.export({ type: 'pkcs8', format: 'pem' }) as string }
}

const serveTls = async (issued: Pick<IssuedCertificate, 'certificate' | 'key'>): Promise<number> => {
  const server = createServer({ cert: issued.certificate, key: issued.key }, (_request, response) =>
    response.end('hola'),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => server.close())
  return (server.address() as AddressInfo).port
}

const visit = async (port: number, host: string, ca: string): Promise<TLSSocket> => {
  const socket = connect({ port, host: '127.0.0.1', servername: host, ca })
  closers.push(() => socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

describe('what it signs', () => {
  test('openssl accepts the certificate for its names, the wildcard included, and for no others', async () => {
    const ca = createCa()
    const { certificate } = await ca.ensureCertificate(['*.apps.localhost', 'parcela.localhost'])
    expect(await verify(certificate, 'hola.apps.localhost')).toContain('leaf.pem: OK')
    expect(await verify(certificate, 'parcela.localhost')).toContain('leaf.pem: OK')
    expect(await verify(certificate, 'apps.localhost')).toContain('hostname mismatch')
    expect(await verify(certificate, 'a.b.apps.localhost')).toContain('hostname mismatch')
  })

  test('a TLS client that trusts the CA is served, and one that does not is not', async () => {
    const ca = createCa()
    const port = await serveTls(await ca.ensureCertificate(['*.apps.localhost']))
    const socket = await visit(port, 'hola.apps.localhost', await ca.caCertificate())
    expect(socket.authorized).toBe(true)
    await expect(visit(port, 'parcela.localhost', await ca.caCertificate())).rejects.toThrow(/does not match/)
    const stranger = createCa({ directory: join(directory, 'other'), publishTo: join(directory, 'other.pem') })
    await expect(visit(port, 'hola.apps.localhost', await stranger.caCertificate())).rejects.toThrow()
  })

  test('curl accepts it with the published certificate', async () => {
    const port = await serveTls(await createCa().ensureCertificate(['*.apps.localhost']))
    const url = `https://hola.apps.localhost:${port}/`
    const { stdout } = await run(
      [
        'curl',
        '--silent',
        '--show-error',
        '--noproxy',
        '*',
        '--cacert',
        join(directory, 'ca.pem'),
        '--resolve',
        `hola.apps.localhost:${port}:127.0.0.1`,
        url,
      ],
      { timeoutMs: 10_000 },
    )
    expect(stdout).toBe('hola')
  })

  test('the CA may sign no further CAs, only servers, and only within its domains', async () => {
    const text = await describeCertificate(await createCa().caCertificate())
    expect(text).toMatch(/Issuer: CN = Parcela local CA [0-9a-f]{8}\n/)
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/)
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/)
    expect(text).toMatch(/Extended Key Usage: \s+TLS Web Server Authentication/)
    expect(text).toMatch(
      /Name Constraints: critical\s+Permitted:\s+DNS:apps\.localhost\s+DNS:parcela\.localhost\s+Excluded:\s+IP:0\.0\.0\.0\/0\.0\.0\.0\s+IP:0:0:0:0:0:0:0:0\/0:0:0:0:0:0:0:0/,
    )
  })

  test('a leaf has a random serial, its names as its only identity, and the ids of both keys', async () => {
    const ca = createCa()
    const one = await ca.ensureCertificate(['hola.apps.localhost'])
    const other = await ca.ensureCertificate(['otra.apps.localhost'])
    const text = await describeCertificate(one.certificate)
    expect(text).toMatch(/Subject: \n/)
    expect(text).toMatch(/Public Key Algorithm: id-ecPublicKey\s+Public-Key: \(256 bit\)/)
    expect(text).toMatch(/Subject Alternative Name: critical\s+DNS:hola\.apps\.localhost\n/)
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/)
    expect(text).toMatch(/Subject Key Identifier: \s+([0-9A-F]{2}:){19}/)
    expect(text).toMatch(/Authority Key Identifier: \s+([0-9A-F]{2}:){19}/)
    const serials = [one, other].map(({ certificate }) => new X509Certificate(certificate).serialNumber)
    expect(new Set(serials).size).toBe(2)
    for (const serial of serials) expect(serial.length).toBeGreaterThan(24)
  })

  test('with the stolen key of the CA, nobody can pretend to be another site', async () => {
    const ca = await createCa().caCertificate()
    for (const name of ['bank.example', 'localhost', 'evilapps.localhost']) {
      const forged = await signForeign([name], ca)
      expect(await verify(forged.certificate, name)).toContain('permitted subtree violation')
      await expect(visit(await serveTls(forged), name, ca)).rejects.toThrow(/permitted subtree violation/)
    }
    const own = await signForeign(['hola.apps.localhost'], ca)
    expect(await verify(own.certificate, 'hola.apps.localhost')).toContain('leaf.pem: OK')
  })

  test.each([
    ['no names', []],
    ['a foreign name', ['bank.example']],
    ['a foreign name among good ones', ['hola.apps.localhost', 'bank.example']],
    ['a name that only ends like the domain', ['evilapps.localhost']],
    ['the level above', ['*.localhost']],
    ['a wildcard inside', ['a.*.apps.localhost']],
    ['an address', ['127.0.0.1']],
    ['upper case', ['Hola.apps.localhost']],
    ['a line break', ['hola\n.apps.localhost']],
    ['a label of 64 letters', [`${'a'.repeat(64)}.apps.localhost`]],
  ])('%s is refused and nothing is stored', async (_case, names) => {
    await expect(createCa().ensureCertificate(names)).rejects.toMatchObject({ code: 'rejected' })
    expect(await readdir(directory)).toEqual([])
  })
})

describe('what it keeps', () => {
  test('the CA and the certificates stay the same over restarts', async () => {
    const first = createCa()
    const certificate = await first.caCertificate()
    const issued = await first.ensureCertificate(['hola.apps.localhost', '*.apps.localhost'])
    const second = createCa()
    expect(await second.caCertificate()).toBe(certificate)
    expect(await second.ensureCertificate(['*.apps.localhost', 'hola.apps.localhost'])).toMatchObject({
      certificate: issued.certificate,
      key: issued.key,
    })
    expect(await readFile(join(directory, 'ca.pem'), 'utf8')).toBe(certificate)
  })

  test('keys can be read by their owner alone', async () => {
    await createCa().ensureCertificate(['hola.apps.localhost'])
    expect((await stat(join(directory, 'ca'))).mode & 0o777).toBe(0o700)
    for (const name of await fileNames()) {
      expect([name, (await stat(join(directory, 'ca', name))).mode & 0o777]).toEqual([
        name,
        name === 'ca.pem' ? 0o644 : 0o600,
      ])
    }
    expect((await fileNames()).map(name => name.replace(/[0-9a-f]{16,}/, '#'))).toEqual([
      'ca-#.key',
      'ca.pem',
      'leaf-#.pem',
    ])
  })

  test('a certificate is renewed when less than a third of its life remains', async () => {
    let now = Date.now()
    const ca = createCa({ clock: { now: () => new Date(now) } })
    const first = await ca.ensureCertificate(['hola.apps.localhost'])
    now += 59 * dayMs
    expect((await ca.ensureCertificate(['hola.apps.localhost'])).certificate).toBe(first.certificate)
    now += 2 * dayMs
    const second = await ca.ensureCertificate(['hola.apps.localhost'])
    expect(second.certificate).not.toBe(first.certificate)
    expect(second.not_after.getTime()).toBeGreaterThan(now + 89 * dayMs)
    expect(new X509Certificate(second.certificate).validToDate).toEqual(second.not_after)
  })

  test('a CA about to end is replaced, and its certificates with it', async () => {
    let now = Date.parse('2040-06-01')
    const ca = createCa({ clock: { now: () => new Date(now) } })
    const [authority, leaf] = [await ca.caCertificate(), await ca.ensureCertificate(['hola.apps.localhost'])]
    expect(new X509Certificate(authority).validToDate.getUTCFullYear()).toBe(2050)
    now = Date.parse('2050-05-01')
    expect(await ca.caCertificate()).not.toBe(authority)
    expect((await ca.ensureCertificate(['hola.apps.localhost'])).certificate).not.toBe(leaf.certificate)
  })

  test('other domains make a new CA with a warning, and no key of the old one stays', async () => {
    const sentences: string[] = []
    const log: Log = { ...silentLog, warn: (_facts, sentence) => sentences.push(sentence) }
    const before = await createCa({ log }).ensureCertificate(['hola.apps.localhost'])
    expect(sentences).toEqual([])
    const wider = createCa({ log, domains: ['apps.localhost', 'parcela.localhost', 'school.test'] })
    const after = await wider.ensureCertificate(['hola.apps.localhost'])
    expect(sentences).toEqual([expect.stringMatching(/replaced because the domains.*Trust the new one/)])
    expect(after.certificate).not.toBe(before.certificate)
    expect(await verify(after.certificate, 'hola.apps.localhost')).toContain('leaf.pem: OK')
    expect(await verify(before.certificate, 'hola.apps.localhost')).not.toContain('OK')
    expect((await fileNames()).filter(name => name.endsWith('.key'))).toHaveLength(1)
  })

  test('the order of the domains does not matter', async () => {
    const certificate = await createCa({ domains: ['a.test', 'b.test'] }).caCertificate()
    expect(await createCa({ domains: ['b.test', 'a.test'] }).caCertificate()).toBe(certificate)
  })

  test.each<[string, RegExp, (keyPath: string) => Promise<unknown>]>([
    ['is missing', /cannot be read/, keyPath => rm(keyPath)],
    ['is empty', /is damaged/, keyPath => writeFile(keyPath, '')],
    [
      'is another one',
      /does not belong/,
      async keyPath => {
        const { stdout } = await run(
          ['openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
          { timeoutMs: 10_000 },
        )
        await writeFile(keyPath, stdout)
      },
    ],
  ])('a CA whose key %s is an error, and never silently a new CA', async (_case, message, harm) => {
    const certificate = await createCa().caCertificate()
    const [keyFile = ''] = (await fileNames()).filter(name => name.endsWith('.key'))
    await harm(join(directory, 'ca', keyFile))
    await expect(createCa().ensureCertificate(['hola.apps.localhost'])).rejects.toMatchObject({
      code: 'unavailable',
      message,
    })
    expect(await readFile(join(directory, 'ca', 'ca.pem'), 'utf8')).toBe(certificate)
  })

  test('a damaged certificate of the CA is an error that says what to do', async () => {
    await createCa().caCertificate()
    await chmod(join(directory, 'ca', 'ca.pem'), 0o600)
    await writeFile(join(directory, 'ca', 'ca.pem'), 'garbage')
    await expect(createCa().caCertificate()).rejects.toThrow(/damaged.*remove ca\.pem/)
  })

  test('a damaged certificate of a site is made again', async () => {
    const ca = createCa()
    const first = await ca.ensureCertificate(['hola.apps.localhost'])
    const [leafFile = ''] = (await fileNames()).filter(name => name.startsWith('leaf-'))
    for (const text of [
      '',
      first.certificate,
      first.certificate.replace(/\n[A-Za-z0-9+/]{10}/, '\nAAAAAAAAAA') + first.key,
    ]) {
      await writeFile(join(directory, 'ca', leafFile), text)
      expect(
        await verify((await ca.ensureCertificate(['hola.apps.localhost'])).certificate, 'hola.apps.localhost'),
      ).toContain('OK')
    }
  })

  test('callers at the same time get one CA and one certificate', async () => {
    const ca = createCa()
    const all = await Promise.all([1, 2, 3, 4].map(() => ca.ensureCertificate(['hola.apps.localhost'])))
    expect(new Set(all.map(({ certificate }) => certificate)).size).toBe(1)
  })
})
