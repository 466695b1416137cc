import { X509Certificate } from 'node:crypto'
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { type Log, run, silentLog } from '@parcela/kit'
import { describe, expect, test } from 'vitest'
import { prepareCas } from './test-ca.ts'

const dayMs = 86_400_000
const { createCa, fileNames, fileOf, verify } = prepareCas()

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
    expect(await readFile(fileOf('ca.pem'), 'utf8')).toBe(certificate)
  })

  test('keys can be read by their owner alone', async () => {
    await createCa().ensureCertificate(['hola.apps.localhost'])
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
    await harm(fileOf('ca', keyFile))
    await expect(createCa().ensureCertificate(['hola.apps.localhost'])).rejects.toMatchObject({
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

  test('a damaged certificate of a site is made again', async () => {
    const ca = createCa()
    const first = await ca.ensureCertificate(['hola.apps.localhost'])
    const [leafFile = ''] = (await fileNames()).filter(name => name.startsWith('leaf-'))
    for (const text of [
      '',
      first.certificate,
      first.certificate.replace(/\n[A-Za-z0-9+/]{10}/, '\nAAAAAAAAAA') + first.key,
    ]) {
      await writeFile(fileOf('ca', leafFile), text)
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
