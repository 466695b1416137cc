import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createLocalCa } from '@parcela/edge-certificates-local-ca'
import { silentLog, spawn, waitUntil } from '@parcela/kit'
import { findFreeRange } from '../system/support/find-free-range.ts'

export type Pebble = {
  /** For ACME clients. */
  directoryUrl: string
  /** The CA of its HTTPS, PEM; and a certificate and key of that CA for `localhost`, for a proxy in front of it. */
  caFile: string
  certificate: string
  key: string
  /** Where it looks for files of the challenge by HTTP. */
  httpPort: number
  isRevoked(serial: string): Promise<boolean>
  /** The root that its certificates lead to; another at every start. */
  rootCertificate(): Promise<string>
  /** What it logged: which requests it saw, among others. */
  readLog(): Promise<string>
  stop(): Promise<void>
}

type Options = {
  /** For its files; must not hold another's. */
  directory: string
  /** Whom it asks for names, on the loopback. */
  dnsPort: number
  httpPort?: number
  /** Names that it refuses; with no more labels than any name that is asked for, or this version of pebble falls over. */
  blocked?: readonly string[]
  /** External account bindings, by key id; without one it knows, nobody gets an account. */
  accounts?: Readonly<Record<string, string>>
  /** The life of its certificates. */
  lifeS?: number
}

/**
 * Starts pebble, the test authority of the makers of Let's Encrypt, on free ports of the loopback. It rejects good nonces and reuses
 * authorizations at random, as real ones may.
 */
export const startPebble = async (options: Options): Promise<Pebble> => {
  const { directory, dnsPort, blocked = [], accounts, lifeS = 90 * 86_400 } = options
  await mkdir(directory, { recursive: true })
  const port = await findFreeRange(4)
  const httpPort = options.httpPort ?? port + 2
  const caFile = join(directory, 'https-ca.pem')
  const ca = createLocalCa({
    directory: join(directory, 'https-ca'),
    publishTo: caFile,
    domains: ['localhost'],
    clock: { now: () => new Date() },
    log: silentLog,
  })
  const { certificate, key } = await ca.issueCertificate(['localhost'], { challenge: 'http' })
  const files = { certificate: join(directory, 'https.pem'), key: join(directory, 'https.key') }
  await writeFile(files.certificate, certificate)
  await writeFile(files.key, key, { mode: 0o600 })
  const configuration = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${port + 1}`,
    certificate: files.certificate,
    privateKey: files.key,
    httpPort,
    tlsPort: port + 3,
    ocspResponderURL: '',
    externalAccountBindingRequired: accounts !== undefined,
    externalAccountMACKeys: accounts ?? {},
    domainBlocklist: blocked,
    certificateValidityPeriod: lifeS,
  }
  await writeFile(join(directory, 'pebble.json'), JSON.stringify({ pebble: configuration }))

  const logFile = join(directory, 'pebble.log')
  const output = await open(logFile, 'w')
  const child = spawn(
    // Ended with the tests, however they end.
    ['setpriv', '--pdeathsig', 'KILL', 'pebble', '-config', 'pebble.json', '-dnsserver', `127.0.0.1:${dnsPort}`],
    {
      cwd: directory,
      env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '5', PEBBLE_AUTHZREUSE: '50' },
      output: output.fd,
    },
  )
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve())
  })
  await output.close()
  const fetchText = (path: string, at = port + 1) => getText(`https://localhost:${at}${path}`, caFile)
  await waitUntil(
    async () => {
      if (child.exitCode !== null) throw new Error(`pebble ended: ${await readFile(logFile, 'utf8')}`)
      return fetchText('/dir', port).catch(isRefused)
    },
    { timeoutMs: 20_000, what: 'pebble to listen' },
  )

  return {
    directoryUrl: `https://localhost:${port}/dir`,
    caFile,
    certificate,
    key,
    httpPort,
    isRevoked: async serial => JSON.parse(await fetchText(`/cert-status-by-serial/${serial}`)).Status === 'Revoked',
    rootCertificate: () => fetchText('/roots/0'),
    readLog: () => readFile(logFile, 'utf8'),
    stop: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const getText = async (url: string, caFile: string): Promise<string> => {
  const ca = await readFile(caFile, 'utf8')
  return new Promise((resolve, reject) => {
    get(url, { ca, agent: false }, response => text(response).then(resolve, reject)).on('error', reject)
  })
}

const isRefused = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ECONNREFUSED') return undefined
  throw error
}
