import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { type Browser, chromium } from 'playwright-core'
import type { Parcela } from '../../system/support/index.ts'
import { createQuietNetwork } from './quiet-network.ts'

export type TestBrowser = { browser: Browser; close: () => Promise<void> }

const program = '/usr/bin/chromium'
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
  '--remote-debugging-pipe',
  '--host-resolver-rules=MAP *.localhost 127.0.0.1',
]

/** The system's Chromium, which accepts the certificates of this installation and, beyond them, only what it always accepts. */
export const launchBrowser = async (parcela: Parcela): Promise<TestBrowser> => {
  const hosts = [new URL(parcela.url).hostname, `any.${parcela.appsDomain}`]
  const pins = await Promise.all(hosts.map(host => readPin(host, parcela)))
  const profile = await mkdtemp(join(tmpdir(), 'parcela-chromium-'))
  const network = await createQuietNetwork(parcela.ports.https)
  const [enter = '', ...enterArguments] = network.enter
  const browser = await chromium.launch({
    executablePath: `/usr/bin/${enter}`,
    // The program to enter the network comes first, so every argument is ours.
    ignoreDefaultArgs: true,
    args: [
      ...enterArguments,
      program,
      ...flags,
      `--user-data-dir=${profile}`,
      `--ignore-certificate-errors-spki-list=${[...new Set(pins)].join(',')}`,
    ],
  })
  const close = async (): Promise<void> => {
    await browser.close()
    await network.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  return { browser, close }
}

/** The hash of a server's public key, once its certificate was checked against the installation's own CA. */
const readPin = async (host: string, { ca, ports }: Parcela): Promise<string> => {
  const socket = connect({ host: '127.0.0.1', port: ports.https, servername: host, ca })
  await once(socket, 'secureConnect', { signal: AbortSignal.timeout(10_000) })
  const certificate = new X509Certificate(socket.getPeerCertificate(true).raw)
  socket.destroy()
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(key).digest('base64')
}
