import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import type { IssuedCertificate } from '@parcela/core'
import { run } from '@parcela/kit'
import { describe, expect, test } from 'vitest'
import { authorityKey, leafConstraints, leafKeyUsage, serverUse, subjectNames } from './extensions.ts'
import { keyIdOf, signCertificate } from './sign-certificate.ts'
import { prepareCas } from './test-ca.ts'

const dayMs = 86_400_000
const byDns = { challenge: 'dns' } as const
const { closers, createCa, fileNames, fileOf, verify } = prepareCas()

const describeCertificate = async (pem: string): Promise<string> =>
  (await run(['openssl', 'x509', '-noout', '-text'], { input: pem, timeoutMs: 10_000 })).stdout

/** Signs what the CA itself refuses to sign, with its own key: what a thief of the key would do. */
const signForeign = async (
  names: readonly string[],
  ca: string,
): Promise<Pick<IssuedCertificate, 'certificate' | 'key'>> => {
  const keyFile = (await fileNames()).find(name => name.endsWith('.key')) ?? ''
  const key = createPrivateKey(await readFile(fileOf('ca', keyFile)))
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
    const { certificate } = await ca.issueCertificate(['*.apps.localhost', 'parcela.localhost'], byDns)
    expect(await verify(certificate, 'hola.apps.localhost')).toContain('leaf.pem: OK')
    expect(await verify(certificate, 'parcela.localhost')).toContain('leaf.pem: OK')
    expect(await verify(certificate, 'apps.localhost')).toContain('hostname mismatch')
    expect(await verify(certificate, 'a.b.apps.localhost')).toContain('hostname mismatch')
  })

  test('a TLS client that trusts the CA is served, and one that does not is not', async () => {
    const ca = createCa()
    const port = await serveTls(await ca.issueCertificate(['*.apps.localhost'], byDns))
    const socket = await visit(port, 'hola.apps.localhost', await ca.caCertificate())
    expect(socket.authorized).toBe(true)
    await expect(visit(port, 'parcela.localhost', await ca.caCertificate())).rejects.toThrow(/does not match/)
    const stranger = createCa({ directory: fileOf('other'), publishTo: fileOf('other.pem') })
    await expect(visit(port, 'hola.apps.localhost', await stranger.caCertificate())).rejects.toThrow()
  })

  test('curl accepts it with the published certificate', async () => {
    const port = await serveTls(await createCa().issueCertificate(['*.apps.localhost'], byDns))
    const url = `https://hola.apps.localhost:${port}/`
    const { stdout } = await run(
      [
        'curl',
        '--silent',
        '--show-error',
        '--noproxy',
        '*',
        '--cacert',
        fileOf('ca.pem'),
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
    const one = await ca.issueCertificate(['hola.apps.localhost'], byDns)
    const other = await ca.issueCertificate(['otra.apps.localhost'], byDns)
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
    ['a foreign name', ['bank.example']],
    ['a foreign name among good ones', ['hola.apps.localhost', 'bank.example']],
    ['a name that only ends like the domain', ['evilapps.localhost']],
    ['the level above', ['*.localhost']],
  ])(
    '%s lies outside its constraints: nothing is stored, and the answer says how to change that',
    async (_case, names) => {
      await expect(createCa().issueCertificate(names, byDns)).rejects.toMatchObject({
        code: 'rejected',
        message: /may only sign for apps\.localhost, parcela\.localhost\. .*PARCELA_LOCAL_CA_DOMAINS/,
        details: { reason: 'outside_constraints' },
      })
      expect(await readdir(fileOf())).toEqual([])
    },
  )

  test('a domain that was added is signed for, custom domains below it too', async () => {
    const ca = createCa({ domains: ['apps.localhost', 'parcela.localhost', 'school.test'] })
    const { certificate } = await ca.issueCertificate(['www.library.school.test'], byDns)
    expect(await verify(certificate, 'www.library.school.test')).toContain('leaf.pem: OK')
  })

  test.each([
    ['no names', []],
    ['a wildcard inside', ['a.*.apps.localhost']],
    ['an address', ['127.0.0.1']],
    ['upper case', ['Hola.apps.localhost']],
    ['a line break', ['hola\n.apps.localhost']],
    ['a label of 64 letters', [`${'a'.repeat(64)}.apps.localhost`]],
  ])('%s is refused and nothing is stored', async (_case, names) => {
    await expect(createCa().issueCertificate(names, byDns)).rejects.toMatchObject({
      code: 'rejected',
      details: { reason: 'name_refused' },
    })
    expect(await readdir(fileOf())).toEqual([])
  })
})
