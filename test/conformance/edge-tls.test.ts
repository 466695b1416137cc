import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EdgeCertificate } from '@parcela/core'
import { run, runToEnd } from '@parcela/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCertificate } from './edge-certificates.ts'
import { route } from './edge-conformance.ts'
import { type EdgeFixture, openEdgeFixture } from './edge-fixture.ts'

const host = 'secure.apps.localhost'
/** Clients of today refuse old versions themselves; this one is told to try whatever it can. */
const tryAnything = ['-cipher', 'ALL:@SECLEVEL=0']

let fixture: EdgeFixture

beforeAll(async () => {
  fixture = await openEdgeFixture()
  const { address, port } = await fixture.serve((_, answer) => answer.end('here'))
  await fixture.edge.ensureRoute(route('secure', { upstream: { address, port } }))
})

afterAll(() => fixture.close())

describe('protocols and ciphers', () => {
  test.each([
    ['TLS 1.0', '-tls1'],
    ['TLS 1.1', '-tls1_1'],
  ])('%s is refused', async (_, flag) => {
    const { exitCode, output } = await handshake([flag, ...tryAnything])
    expect(exitCode).not.toBe(0)
    expect(output).toMatch(/alert protocol version|no protocols available/)
  })

  test.each([
    ['TLS 1.2', '-tls1_2', 'TLSv1.2'],
    ['TLS 1.3', '-tls1_3', 'TLSv1.3'],
  ])('%s is spoken', async (_, flag, version) => {
    const { exitCode, output } = await handshake([flag])
    expect(exitCode).toBe(0)
    expect(output).toContain(`New, ${version}`)
  })

  test.each([
    'AES128-SHA',
    'AES256-GCM-SHA384',
    'ECDHE-RSA-AES128-SHA',
    'DHE-RSA-AES128-GCM-SHA256',
    'NULL',
    'DES-CBC3-SHA',
    'RC4-SHA',
  ])('%s, without forward secrecy or authenticated encryption or from before both, is refused', async cipher => {
    await fixture.edge.ensureCertificates([await rsaCertificate()])
    const { exitCode } = await handshake(['-tls1_2', '-cipher', `${cipher}:@SECLEVEL=0`], 'rsa.test')
    expect(exitCode).not.toBe(0)
  })

  test.each(['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-CHACHA20-POLY1305'])(
    '%s is spoken',
    async cipher => {
      await fixture.edge.ensureCertificates([await rsaCertificate()])
      const { output } = await handshake(['-tls1_2', '-cipher', cipher], 'rsa.test')
      expect(output).toContain(`New, TLSv1.2, Cipher is ${cipher}`)
    },
  )

  test('a client renegotiates in the secure way or not at all, and nothing is compressed', async () => {
    const { output } = await handshake(['-tls1_2'])
    expect(output).toContain('Secure Renegotiation IS supported')
    expect(output).toContain('Compression: NONE')
  })
})

describe('names and chains', () => {
  test('each name gets its own certificate with the chain that was given for it', async () => {
    const issued = await makeChain()
    await fixture.edge.ensureCertificates([issued.leaf])
    const chained = await handshake(
      ['-verify_return_error', '-CAfile', issued.rootFile, '-verify_hostname', 'chain.test'],
      'chain.test',
    )
    expect(chained.output).toContain('Verify return code: 0 (ok)')
    expect(chained.output).toMatch(/0 s:CN = chain\.test[\s\S]*1 s:CN = Test intermediate/)
    const own = await handshake([])
    expect(own.output).toContain('subject=CN = Parcela test')
  })

  test('a name that nobody has is refused before anything is said', async () => {
    for (const name of ['unknown.example', 'deep.secure.apps.localhost', 'xn--unknown-9za.test']) {
      const { exitCode, output } = await handshake([], name)
      expect(exitCode, name).not.toBe(0)
      expect(output, name).toContain('no peer certificate available')
    }
  })

  test('HTTP/2 is agreed on, HTTP/1.1 where it is asked for, and nothing else', async () => {
    expect((await handshake(['-alpn', 'h2,http/1.1'])).output).toContain('ALPN protocol: h2')
    expect((await handshake(['-alpn', 'http/1.1'])).output).toContain('ALPN protocol: http/1.1')
    expect((await handshake(['-alpn', 'spdy/3'])).output).toMatch(/no application protocol|No ALPN negotiated/)
  })

  test('a status of OCSP is not stapled', async () => {
    expect((await handshake(['-status'])).output).toContain('OCSP response: no response sent')
  })

  test('a certificate that was taken away is not served, and says so; the others are', async () => {
    await fixture.edge.ensureCertificates([
      await makeCertificate(fixture.home, ['gone.test', 'www.gone.test']),
      await makeCertificate(fixture.home, ['*.gone.example', 'gone.example']),
      await makeCertificate(fixture.home, ['stays.test']),
    ])
    const names = ['gone.test', 'www.gone.test', 'a.gone.example', 'stays.test']
    const has = () => Promise.all(names.map(name => fixture.edge.hasCertificate(name)))
    const serves = async () =>
      Promise.all(names.map(async name => (await handshake([], name)).output.includes('BEGIN CERTIFICATE')))
    expect(await has()).toEqual([true, true, true, true])
    expect(await serves()).toEqual([true, true, true, true])
    const gone = [['gone.test', 'www.gone.test'], ['*.gone.example', 'gone.example'], ['never.test']]
    await fixture.edge.removeCertificates(gone)
    await fixture.edge.removeCertificates(gone)
    expect(await has()).toEqual([false, false, false, true])
    expect(await serves()).toEqual([false, false, false, true])
    const left = await readdir(join(fixture.options.directory, 'certificates'))
    expect(left.filter(name => name.includes('gone'))).toEqual([])
  })

  test('of several certificates, those that can be used are live though another is refused', async () => {
    const [first, last] = [
      await makeCertificate(fixture.home, ['first.test']),
      await makeCertificate(fixture.home, ['last.test']),
    ]
    const wildcard = await makeCertificate(fixture.home, ['*.wild.test'])
    const weak = await makeCertificate(fixture.home, ['*.weak.test'], ['rsa:1024'])
    const broken: EdgeCertificate = { ...first, names: ['broken.test'], certificate: 'hello' }
    await expect(fixture.edge.ensureCertificates([first, broken, weak, wildcard, last])).rejects.toMatchObject({
      code: 'rejected',
    })
    const names = ['first.test', 'broken.test', 'a.weak.test', 'a.wild.test', 'last.test']
    expect(await Promise.all(names.map(name => fixture.edge.hasCertificate(name)))).toEqual([
      true,
      false,
      false,
      true,
      true,
    ])
  })
})

describe('resumption', () => {
  test.each([
    ['TLS 1.2', '-tls1_2'],
    ['TLS 1.3', '-tls1_3'],
  ])('a second visit over %s goes on with the session of the first, also after a reload', async (_, flag) => {
    const session = join(fixture.home, `session${flag}`)
    // A session of TLS 1.3 comes behind the handshake, so something has to be asked and answered.
    expect((await ask([flag, '-sess_out', session])).output).toContain('New, TLSv1')
    expect((await ask([flag, '-sess_in', session, '-sess_out', session])).output).toContain('Reused, TLSv1')
    await fixture.edge.ensureCertificates([
      await makeCertificate(fixture.home, [`*.reload${flag.replaceAll('_', '-')}.test`]),
    ])
    expect((await ask([flag, '-sess_in', session])).output).toContain('Reused, TLSv1')
  })
})

type Said = { exitCode: number; output: string }

const handshake = (flags: readonly string[], name = host): Promise<Said> => connect(name, flags)

/** A handshake, one request over it, and its answer. */
const ask = (flags: readonly string[], name = host): Promise<Said> =>
  connect(name, ['-ign_eof', ...flags], `GET / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`)

const connect = async (name: string, flags: readonly string[], input = ''): Promise<Said> => {
  const where = ['-connect', `127.0.0.1:${fixture.options.httpsPort}`, '-servername', name]
  const { exitCode, stdout, stderr } = await runToEnd(['openssl', 's_client', ...where, ...flags], {
    timeoutMs: 10_000,
    input,
  })
  return { exitCode, output: stdout + stderr }
}

let rsa: EdgeCertificate | undefined
const rsaCertificate = async (): Promise<EdgeCertificate> => {
  rsa ??= await makeCertificate(fixture.home, ['rsa.test'], ['rsa:2048'])
  return rsa
}

/** root -> intermediate -> leaf, made by openssl. */
const makeChain = async (): Promise<{ leaf: EdgeCertificate; rootFile: string }> => {
  const folder = join(fixture.home, 'chain')
  await mkdir(folder)
  const at = (name: string): string => join(folder, name)
  const make = async (name: string, subject: string, extensions: string, issuer?: string): Promise<void> => {
    await writeFile(at(`${name}.ext`), extensions)
    await openssl(
      ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', subject],
      ['-keyout', at(`${name}.key`), '-out', at(`${name}.csr`)],
    )
    const signer =
      issuer === undefined
        ? ['-signkey', at(`${name}.key`)]
        : ['-CA', at(`${issuer}.pem`), '-CAkey', at(`${issuer}.key`), '-CAcreateserial']
    await openssl(
      ['x509', '-req', '-days', '2', '-in', at(`${name}.csr`), '-extfile', at(`${name}.ext`)],
      [...signer, '-out', at(`${name}.pem`)],
    )
  }
  await make('root', '/CN=Test root', 'basicConstraints=critical,CA:true')
  await make('middle', '/CN=Test intermediate', 'basicConstraints=critical,CA:true,pathlen:0', 'root')
  await make('leaf', '/CN=chain.test', 'subjectAltName=DNS:chain.test', 'middle')
  const certificate = (await readFile(at('leaf.pem'), 'utf8')) + (await readFile(at('middle.pem'), 'utf8'))
  return {
    leaf: { names: ['chain.test'], certificate, key: await readFile(at('leaf.key'), 'utf8') },
    rootFile: at('root.pem'),
  }
}

const openssl = async (command: readonly string[], files: readonly string[]): Promise<void> => {
  await run(['openssl', ...command, ...files], { timeoutMs: 20_000 })
}
