import { X509Certificate } from 'node:crypto'
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { type Log, run, silentLog } from '@parcela/kit'
import { describe, expect, test } from 'vitest'
import { prepareCas } from './test-ca.ts'

const byDns = { challenge: 'dns' } as const
const { createCa, fileNames, fileOf, verify } = prepareCas()

describe('what it keeps', () => {
  test('the CA and the certificates stay the same over restarts', async () => {
    const first = createCa()
    const certificate = await first.caCertificate()
    const issued = await first.issueCertificate(['hola.apps.localhost', '*.apps.localhost'], byDns)
    const second = createCa()
    expect(await second.caCertificate()).toBe(certificate)
    const names = ['*.apps.localhost', 'hola.apps.localhost']
    expect(await second.findCertificate(names)).toEqual({ ...issued, names })
    expect(await second.listCertificates()).toEqual([names])
    expect(await readFile(fileOf('ca.pem'), 'utf8')).toBe(certificate)
  })

  test('keys can be read by their owner alone', async () => {
    await createCa().issueCertificate(['hola.apps.localhost'], byDns)
    expect((await stat(fileOf('ca'))).mode & 0o777).toBe(0o700)
    for (const name of await fileNames()) {
      expect([name, (await stat(fileOf('ca', name))).mode & 0o777]).toEqual([name, name === 'ca.pem' ? 0o644 : 0o600])
    }
    expect((await fileNames()).map(name => name.replace(/[0-9a-f]{16,}/, '#'))).toEqual([
      'ca-#.key',
      'ca.pem',
      'leaf-#.pem',
    ])
  })

  test('a certificate lives for two weeks, and its dates and serial are those inside', async () => {
    const now = new Date('2026-05-01T10:00:00Z')
    const issued = await createCa({ clock: { now: () => now } }).issueCertificate(['hola.apps.localhost'], byDns)
    const inside = new X509Certificate(issued.certificate)
    expect(issued.not_after).toEqual(new Date('2026-05-15T10:00:00Z'))
    expect([inside.validFromDate, inside.validToDate]).toEqual([issued.not_before, issued.not_after])
    expect(issued.serial).toBe(inside.serialNumber.toLowerCase())
  })

  test('a CA about to end is replaced, and its certificates with it', async () => {
    let now = Date.parse('2040-06-01')
    const ca = createCa({ clock: { now: () => new Date(now) } })
    const [authority, leaf] = [await ca.caCertificate(), await ca.issueCertificate(['hola.apps.localhost'], byDns)]
    expect(new X509Certificate(authority).validToDate.getUTCFullYear()).toBe(2050)
    now = Date.parse('2050-05-25')
    expect(await ca.caCertificate()).not.toBe(authority)
    expect(await ca.findCertificate(['hola.apps.localhost'])).toBeUndefined()
    const renewed = await ca.issueCertificate(['hola.apps.localhost'], byDns)
    expect(await verify(renewed.certificate, 'hola.apps.localhost', now)).toContain('leaf.pem: OK')
    expect(await verify(leaf.certificate, 'hola.apps.localhost', now)).not.toContain('OK')
  })

  test('other domains make a new CA with a warning, and no key of the old one stays', async () => {
    const sentences: string[] = []
    const log: Log = { ...silentLog, warn: (_facts, sentence) => sentences.push(sentence) }
    const before = await createCa({ log }).issueCertificate(['hola.apps.localhost'], byDns)
    expect(sentences).toEqual([])
    const wider = createCa({ log, domains: ['apps.localhost', 'parcela.localhost', 'school.test'] })
    expect(await wider.findCertificate(['hola.apps.localhost'])).toBeUndefined()
    const after = await wider.issueCertificate(['hola.apps.localhost'], byDns)
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
    await harm(fileOf('ca', keyFile))
    await expect(createCa().issueCertificate(['hola.apps.localhost'], byDns)).rejects.toMatchObject({
      code: 'unavailable',
      message,
    })
    expect(await readFile(fileOf('ca', 'ca.pem'), 'utf8')).toBe(certificate)
  })

  test('a damaged certificate of the CA is an error that says what to do', async () => {
    await createCa().caCertificate()
    await chmod(fileOf('ca', 'ca.pem'), 0o600)
    await writeFile(fileOf('ca', 'ca.pem'), 'garbage')
    await expect(createCa().caCertificate()).rejects.toThrow(/damaged.*remove ca\.pem/)
  })

  test('a damaged certificate of a site counts as none, is logged and can be made again', async () => {
    const sentences: string[] = []
    const log: Log = { ...silentLog, warn: (_facts, sentence) => sentences.push(sentence) }
    const ca = createCa({ log })
    const names = ['hola.apps.localhost']
    const first = await ca.issueCertificate(names, byDns)
    const [leafFile = ''] = (await fileNames()).filter(name => name.startsWith('leaf-'))
    const other = await ca.issueCertificate(['otra.apps.localhost'], byDns)
    const harm = [
      '',
      first.certificate,
      first.certificate.replace(/\n[A-Za-z0-9+/]{10}/, '\nAAAAAAAAAA') + first.key,
      first.certificate + other.key,
      other.certificate + other.key,
    ]
    for (const text of harm) {
      await writeFile(fileOf('ca', leafFile), text)
      expect(await ca.findCertificate(names)).toBeUndefined()
    }
    expect(sentences).toHaveLength(harm.length)
    expect(await ca.listCertificates()).toEqual([['otra.apps.localhost']])
    await ca.issueCertificate(names, byDns)
    expect(await verify((await ca.findCertificate(names))?.certificate ?? '', 'hola.apps.localhost')).toContain('OK')
  })

  test('a certificate that was revoked is forgotten with its key, twice as well as once', async () => {
    const ca = createCa()
    await ca.issueCertificate(['hola.apps.localhost'], byDns)
    await ca.issueCertificate(['otra.apps.localhost'], byDns)
    await ca.revokeCertificate(['hola.apps.localhost'])
    await ca.revokeCertificate(['hola.apps.localhost'])
    expect(await ca.findCertificate(['hola.apps.localhost'])).toBeUndefined()
    expect(await ca.listCertificates()).toEqual([['otra.apps.localhost']])
    expect((await fileNames()).filter(name => name.startsWith('leaf-'))).toHaveLength(1)
  })

  test('callers at the same time get one CA', async () => {
    const ca = createCa()
    const all = await Promise.all(['a', 'b', 'c'].map(label => ca.issueCertificate([`${label}.apps.localhost`], byDns)))
    for (const [index, { certificate }] of all.entries())
      expect(await verify(certificate, `${'abc'[index]}.apps.localhost`)).toContain('OK')
  })

  test('nothing is made for a caller who gave up', async () => {
    const request = createCa().issueCertificate(['hola.apps.localhost'], { ...byDns, signal: AbortSignal.abort() })
    await expect(request).rejects.toThrow(/aborted/)
    await expect(fileNames()).rejects.toThrow(/ENOENT/)
  })
})
