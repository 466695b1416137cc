import { Resolver } from 'node:dns/promises'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import { type Log, run, runToEnd, silentLog, waitUntil } from '@parcela/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AcmeWorld, openAcmeWorld } from '../acme/open-acme-world.ts'
import { serveWebroot } from '../acme/serve-webroot.ts'
import { type AcmeProxy, startAcmeProxy } from '../acme/start-acme-proxy.ts'
import { listProcesses } from './list-processes.ts'

const byDns = { challenge: 'dns' } as const
const byHttp = { challenge: 'http' } as const

let world: AcmeWorld
let proxy: AcmeProxy
beforeAll(async () => {
  world = await openAcmeWorld({ blocked: ['bank.test'] })
  proxy = await startAcmeProxy(world.pebble)
})
afterAll(async () => {
  await proxy.stop()
  await world.stop()
})

/** TXT values as anybody on the network sees them. */
const lookUpText = async (name: string): Promise<string[]> => {
  const resolver = new Resolver()
  resolver.setServers([`127.0.0.1:${world.dnsPort}`])
  const found = await resolver.resolveTxt(name).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENODATA' || error.code === 'ENOTFOUND') return []
    throw error
  })
  return found.map(parts => parts.join(''))
}

describe('an ACME authority convinces itself', () => {
  test('of a wildcard and its base by DNS, in one certificate that openssl accepts, and nothing stays published', async () => {
    const issued = await world.createIssuer().issueCertificate(['*.example.test', 'example.test'], byDns)
    const [chain, root] = [join(world.home, 'chain.pem'), join(world.home, 'root.pem')]
    await writeFile(chain, issued.certificate)
    await writeFile(root, await world.pebble.rootCertificate())
    for (const host of ['example.test', 'any.example.test']) {
      const argv = ['openssl', 'verify', '-CAfile', root, '-untrusted', chain, '-verify_hostname', host, chain] as const
      expect((await run(argv, { timeoutMs: 10_000 })).stdout).toContain('OK')
    }
    expect(issued.key).toMatch(/^-----BEGIN PRIVATE KEY-----/)
    expect(await lookUpText('_acme-challenge.example.test')).toEqual([])
  })

  test('of several names by a file that is served at each, and the files are gone afterwards', async () => {
    await mkdir(world.webroot, { recursive: true })
    const edge = await serveWebroot(world.webroot, world.pebble.httpPort)
    try {
      const names = ['shop.example.test', 'www.shop.example.test']
      const issued = await world.createIssuer().issueCertificate(names, byHttp)
      expect(issued.names).toEqual(names)
      const asked = edge.listRequests()
      for (const name of names)
        expect(asked.some(each => each.startsWith(`${name}/.well-known/acme-challenge/`))).toBe(true)
      const left = await readdir(world.webroot, { recursive: true, withFileTypes: true })
      expect(left.filter(entry => entry.isFile())).toEqual([])
    } finally {
      await edge.stop()
    }
  })

  test('without the hooks and plugins that an operator set for all certificates of the machine', async () => {
    const directory = join(world.home, 'beside-an-operator')
    const issue = (name: string) => world.createIssuer({ directory }).issueCertificate([name], byDns)
    await issue('before.example.test')
    const [authority = ''] = await readdir(directory)
    // Read by the same code, and in the same turn, as /etc/letsencrypt/cli.ini.
    const folder = join(directory, authority, '.config/letsencrypt')
    const trace = join(world.home, 'hooks-that-ran')
    const hooks = ['pre-hook', 'post-hook', 'deploy-hook', 'renew-hook'].map(
      kind => `${kind} = echo ${kind} >> ${trace}`,
    )
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'cli.ini'), [...hooks, 'authenticator = standalone', ''].join('\n'))
    await issue('beside.example.test')
    expect(await readFile(trace, 'utf8').catch((error: NodeJS.ErrnoException) => error.code)).toBe('ENOENT')
    // It is read indeed.
    await writeFile(join(folder, 'cli.ini'), 'rsa-key-size = none\n')
    await expect(issue('read.example.test')).rejects.toThrow()
  })

  test('of the holder of an account that was bound outside of ACME, whose key shows nowhere', async () => {
    const hmacKey = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W'
    const bound = await openAcmeWorld({ accounts: { 'kid-1': hmacKey } })
    try {
      const seen: string[] = []
      const nameServer: typeof bound.nameServer = {
        ...bound.nameServer,
        addValidation: async (name, value) => {
          seen.push(...(await listProcesses()))
          await bound.nameServer.addValidation(name, value)
        },
      }
      await bound
        .createIssuer({ eab: { keyId: 'kid-1', hmacKey }, nameServer })
        .issueCertificate(['bound.example.test'], byDns)
      expect(seen.some(command => command.includes('certbot') && command.includes(bound.home))).toBe(true)
      expect(seen.join('\n')).not.toContain(hmacKey)
      const folder = join(bound.home, 'certbot')
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || entry.name === 'certbot.ini') continue
        expect(await readFile(join(entry.parentPath, entry.name), 'utf8'), entry.name).not.toContain(hmacKey)
      }
      const stranger = bound.createIssuer({
        directory: join(bound.home, 'stranger'),
        eab: { keyId: 'kid-2', hmacKey: hmacKey.toLowerCase() },
      })
      await expect(stranger.issueCertificate(['bound.example.test'], byDns)).rejects.toMatchObject({
        code: 'rejected',
        details: { reason: 'name_refused' },
      })
    } finally {
      await bound.stop()
    }
  })
})

describe('what certbot keeps', () => {
  test('is closed to others, and holds each key once', async () => {
    const directory = join(world.home, 'kept')
    const issued = await world.createIssuer({ directory }).issueCertificate(['kept.example.test'], byDns)
    const entries = await readdir(directory, { recursive: true, withFileTypes: true })
    const keys: string[] = []
    for (const entry of entries.filter(each => each.isFile())) {
      const path = join(entry.parentPath, entry.name)
      const text = await readFile(path, 'utf8')
      if (/PRIVATE KEY|"(d|p|q)":/.test(text))
        expect([entry.name, (await stat(path)).mode & 0o077]).toEqual([entry.name, 0])
      if (text.includes(issued.key.trim())) keys.push(entry.name)
    }
    expect(keys).toEqual(['privkey1.pem'])
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    expect(entries.some(entry => entry.isSocket())).toBe(false)
  })

  test('belongs to one authority: another finds nothing of it', async () => {
    await world.createIssuer().issueCertificate(['mine.example.test'], byDns)
    expect(await world.createIssuer().findCertificate(['mine.example.test'])).toBeDefined()
    for (const options of [{ directoryUrl: proxy.directoryUrl }, { isStaging: true }]) {
      expect(await world.createIssuer(options).findCertificate(['mine.example.test'])).toBeUndefined()
      expect(await world.createIssuer(options).listCertificates()).toEqual([])
    }
  })

  test('may lie at a path with spaces and quotes that is too long for a socket', async () => {
    const directory = join(world.home, `it's $HOME; a long path ${'x'.repeat(80)}`)
    const issued = await world.createIssuer({ directory }).issueCertificate(['path.example.test'], byDns)
    expect(await world.createIssuer({ directory }).findCertificate(['path.example.test'])).toEqual(issued)
  })

  test('is made again by certbot when its own notes are lost', async () => {
    const directory = join(world.home, 'notes')
    const issuer = world.createIssuer({ directory })
    const names = ['notes.example.test']
    const first = await issuer.issueCertificate(names, byDns)
    for (const file of await readdir(directory, { recursive: true }))
      if (file.endsWith('.conf')) await writeFile(join(directory, file), '')
    expect(await issuer.findCertificate(names)).toEqual(first)
    expect((await issuer.issueCertificate(names, byDns)).serial).not.toBe(first.serial)
  })

  test('survives callers at the same time', async () => {
    const issuer = world.createIssuer()
    const sets = [['one.example.test'], ['two.example.test']]
    const issued = await Promise.all(sets.map(names => issuer.issueCertificate(names, byDns)))
    expect(issued.map(({ names }) => names)).toEqual(sets)
  })
})

describe('when it does not work', () => {
  const createIssuer: AcmeWorld['createIssuer'] = options =>
    world.createIssuer({ directoryUrl: proxy.directoryUrl, ...options })

  test('an authority that had enough says for how long, the certificate stays, and later it works', async () => {
    const issuer = createIssuer()
    const names = ['busy.example.test']
    const before = await issuer.issueCertificate(names, byDns)
    proxy.refuse('/order-plz', {
      status: 429,
      headers: { 'retry-after': '3600' },
      problem: {
        type: 'urn:ietf:params:acme:error:rateLimited',
        detail: 'too many certificates (5) already issued for this exact set of domains in the last 168h0m0s',
      },
    })
    await expect(issuer.issueCertificate(names, byDns)).rejects.toMatchObject({
      code: 'rejected',
      message: /asked too often: "too many certificates \(5\).*in 3600 s/,
      details: { reason: 'rate_limited', retry_after_s: 3600 },
    })
    expect(await issuer.findCertificate(names)).toEqual(before)
    await proxy.comeBack()
    expect((await issuer.issueCertificate(names, byDns)).serial).not.toBe(before.serial)
  })

  test('an authority that is down is unavailable, the certificate stays, and later it works', async () => {
    const issuer = createIssuer()
    const names = ['down.example.test']
    const before = await issuer.issueCertificate(names, byDns)
    await proxy.goDown()
    await expect(issuer.issueCertificate(names, byDns)).rejects.toMatchObject({
      code: 'unavailable',
      message: /^The certificate authority localhost:\d+ did not answer/,
    })
    expect(await issuer.findCertificate(names)).toEqual(before)
    await proxy.comeBack()
    expect((await issuer.issueCertificate(names, byDns)).serial).not.toBe(before.serial)
  })

  test('an authority with troubles of its own is unavailable', async () => {
    proxy.refuse('/order-plz', {
      status: 500,
      problem: { type: 'urn:ietf:params:acme:error:serverInternal', detail: 'the database is full' },
    })
    await expect(createIssuer().issueCertificate(['ill.example.test'], byDns)).rejects.toMatchObject({
      code: 'unavailable',
      message: /could not answer: "the database is full"/,
    })
    await proxy.comeBack()
  })

  test('a revocation that nobody hears is logged, and the certificate forgotten', async () => {
    const sentences: string[] = []
    const log: Log = { ...silentLog, warn: (_facts, sentence) => sentences.push(sentence) }
    const issuer = createIssuer({ log })
    await issuer.issueCertificate(['gone.example.test'], byDns)
    await proxy.goDown()
    await issuer.revokeCertificate(['gone.example.test'])
    await proxy.comeBack()
    expect(sentences).toEqual([expect.stringMatching(/could not be revoked; it is forgotten/)])
    expect(await issuer.findCertificate(['gone.example.test'])).toBeUndefined()
  })

  test('an authority whose own certificate nobody knows is not trusted', async () => {
    const strange = world.createIssuer({
      caBundleFile: join(world.home, 'root-of-others.pem'),
      directory: join(world.home, 'strange'),
    })
    await writeFile(join(world.home, 'root-of-others.pem'), await world.pebble.rootCertificate())
    await expect(strange.issueCertificate(['a.example.test'], byDns)).rejects.toMatchObject({
      code: 'unavailable',
      message: /signed by an unknown CA.*PARCELA_ACME_CA/,
    })
  })

  test("a name that leads elsewhere is told in the authority's words", async () => {
    await expect(createIssuer().issueCertificate(['away.example.test'], byHttp)).rejects.toMatchObject({
      code: 'rejected',
      message: /could not validate away\.example\.test: ".*connection refused.*port 80 can be reached/,
      details: { reason: 'validation_failed', problem: 'connection' },
    })
  })

  test('a record that the world does not see is told, too', async () => {
    const nameServer = { addValidation: async () => undefined, removeValidation: async () => undefined }
    await expect(createIssuer({ nameServer }).issueCertificate(['unseen.example.test'], byDns)).rejects.toMatchObject({
      code: 'rejected',
      message: /could not validate unseen\.example\.test: ".*Check that the zone is delegated/,
      details: { reason: 'validation_failed', problem: 'unauthorized' },
    })
  })

  test('where the name server does not take the record, the authority is not asked to look for it', async () => {
    const down = new AppError('unavailable', 'The name server did not answer.')
    const removed: string[] = []
    const nameServer = {
      addValidation: async (name: string) => {
        if (name === '_acme-challenge.unwritten.example.test') throw down
      },
      removeValidation: async (name: string) => void removed.push(name),
    }
    const already = proxy.listRequests().length
    const names = ['written.example.test', 'unwritten.example.test']
    await expect(createIssuer({ nameServer }).issueCertificate(names, byDns)).rejects.toBe(down)
    const requests = proxy.listRequests().slice(already)
    expect(requests).toContain('/order-plz')
    expect(requests.filter(path => path.startsWith('/chalZ/'))).toEqual([])
    expect(removed).toContain('_acme-challenge.unwritten.example.test')
  })

  test('who gives up in the middle leaves no process, no record and no certificate', async () => {
    const directory = join(world.home, 'given-up')
    const giveUp = new AbortController()
    const nameServer: AcmeWorld['nameServer'] = {
      ...world.nameServer,
      addValidation: async (name, value) => {
        await world.nameServer.addValidation(name, value)
        giveUp.abort()
        await new Promise(resolve => setTimeout(resolve, 60_000).unref())
      },
    }
    const issuer = createIssuer({ directory, nameServer })
    const request = issuer.issueCertificate(['half.example.test'], { ...byDns, signal: giveUp.signal })
    await expect(request).rejects.toThrow(/aborted/)
    await waitUntil(async () => !(await listProcesses()).some(command => command.includes(directory)), {
      timeoutMs: 5000,
      what: 'certbot and its hook to be gone',
    })
    expect(await lookUpText('_acme-challenge.half.example.test')).toEqual([])
    expect(await issuer.findCertificate(['half.example.test'])).toBeUndefined()
    const next = createIssuer({ directory })
    expect((await next.issueCertificate(['half.example.test'], byDns)).names).toEqual(['half.example.test'])
  })

  test('certbot is ended when it takes too long', async () => {
    const nameServer = {
      addValidation: () => new Promise<void>(() => undefined),
      removeValidation: async () => undefined,
    }
    const slow = createIssuer({ nameServer, timeoutMs: 3000, directory: join(world.home, 'slow') })
    await expect(slow.issueCertificate(['slow.example.test'], byDns)).rejects.toMatchObject({
      code: 'unavailable',
      message: /not finished after 3 s/,
    })
  })

  test('certbot ends with the process that started it, and asks for no validation that could only fail', async () => {
    const before = (await world.pebble.readLog()).length
    const directory = join(world.home, 'orphan')
    const program = join(import.meta.dirname, 'certificate-issuer-process.ts')
    const options = { directory, directoryUrl: world.pebble.directoryUrl, caBundleFile: world.pebble.caFile }
    const { stderr } = await runToEnd([process.execPath, program, JSON.stringify(options)], { timeoutMs: 20_000 })
    expect(stderr).toMatch(/ended by SIGKILL/)
    await waitUntil(async () => !(await listProcesses()).some(command => command.includes(directory)), {
      timeoutMs: 8000,
      what: 'certbot to be gone',
    })
    const seen = (await world.pebble.readLog()).slice(before)
    expect(seen).toContain('POST /order-plz')
    expect(seen).not.toContain('POST /chalZ/')
    const issuer = world.createIssuer({ directory })
    expect((await issuer.issueCertificate(['orphan.example.test'], byDns)).names).toEqual(['orphan.example.test'])
  })

  test('a missing certbot is told with the command that installs it', async () => {
    const issuer = createIssuer({ binary: '/nonexistent/certbot' })
    await expect(issuer.issueCertificate(['a.example.test'], byDns)).rejects.toMatchObject({
      code: 'unavailable',
      message: /apt-get install certbot/,
    })
  })
})
