import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@parcela/kit'
import { expect, test } from 'vitest'
import { describeRefusal, testConfig } from '../apply/test-config.ts'
import type { EdgeConfig } from './edge-config.ts'
import { parseSafePath } from './parse-safe-path.ts'
import { renderConfig } from './render-config.ts'

const divider = '\n----------\n'
const goldens = (await readdir(import.meta.dirname)).filter(name => name.endsWith('.golden'))

const readGolden = async (name: string): Promise<{ config: EdgeConfig; expected: string }> => {
  const [input = '', expected = ''] = (await readFile(join(import.meta.dirname, name), 'utf8')).split(divider)
  return { config: JSON.parse(input) as EdgeConfig, expected }
}

test.each(goldens)('%s is rendered as it is written there', async name => {
  const { config, expected } = await readGolden(name)
  const actual = renderConfig(config)
  await expect(`${JSON.stringify(config, null, 2)}${divider}${actual}`).toMatchFileSnapshot(
    join(import.meta.dirname, name),
  )
  expect(actual).toBe(expected)
})

test.each(goldens)('%s is accepted by nginx', async name => {
  const directory = await mkdtemp(join(tmpdir(), 'parcela-golden-'))
  try {
    const { config } = await readGolden(name)
    for (const folder of ['temporary', 'static', 'log']) await mkdir(join(directory, folder))
    const pem = await makePem(directory)
    const certificates = config.certificates.map(({ names, file }) => ({
      names,
      file: file.replace('/srv/edge', directory),
    }))
    for (const { file } of certificates) await writeFile(file, pem)
    const text = renderConfig({
      ...config,
      directory,
      logDirectory: join(directory, 'log'),
      controlSocket: join(directory, 'control.sock'),
      // Root alone may name a user, and only one that exists.
      user: null,
      addresses: config.addresses.filter(address => !address.includes(':')),
      // Ports that nobody has to be root for.
      httpPort: config.httpPort + 20_000,
      httpsPort: config.httpsPort + 20_000,
      certificates,
      acmeWebroot: config.acmeWebroot && join(directory, 'acme'),
    })
    const file = join(directory, 'nginx.conf')
    await writeFile(file, text)
    await testConfig({ binary: 'nginx', directory, file })
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('nginx is found by people whose search path lacks the folders of root, and missed in words', async () => {
  const before = process.env.PATH
  process.env.PATH = '/usr/bin:/bin'
  try {
    const options = { directory: tmpdir(), file: '/nonexistent/nginx.conf' }
    await expect(testConfig({ binary: 'nginx', ...options })).rejects.toThrow('nginx refused the configuration')
    await expect(testConfig({ binary: 'nginx-missing', ...options })).rejects.toThrow('Is it installed?')
  } finally {
    process.env.PATH = before
  }
})

test('a refusal is told without where files lie', () => {
  const stderr = `nginx: [emerg] cannot load certificate "/home/ana/.parcela/edge/certificates/static/abc.pem": PEM_read_bio_X509_AUX() failed in /home/ana/.parcela/edge/nginx.conf.draft:12
nginx: configuration file /home/ana/.parcela/edge/nginx.conf.draft test failed`
  expect(describeRefusal(stderr)).toBe('cannot load certificate "abc.pem": PEM_read_bio_X509_AUX() failed')
})

test.each(['relative/path', '/with"quote', '/with$variable', '/with\nline', '/with;semicolon', '/with{brace'])(
  'a folder %j is refused before it is in a configuration',
  path => expect(() => parseSafePath(path, 'PARCELA_HOME')).toThrow('PARCELA_HOME has to be an absolute path'),
)

const makePem = async (directory: string): Promise<string> => {
  const [certificate, key] = [join(directory, 'made.pem'), join(directory, 'made.key')]
  await run(
    ['openssl', 'req', '-x509', '-nodes', '-days', '2', '-subj', '/CN=test', '-newkey', 'rsa:2048'].concat([
      '-keyout',
      key,
      '-out',
      certificate,
    ]) as [string, ...string[]],
    { timeoutMs: 20_000 },
  )
  return (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8'))
}
