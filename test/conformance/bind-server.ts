import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, runToEnd, spawn, waitUntil } from '@parcela/kit'
import { findFreePort } from './edge-fixture.ts'

export type BindKey = { name: string; algorithm: string; secret: string }
export type BindZone = {
  name: string
  /** Lines of a zone file after the SOA and NS that are always there. */
  records?: readonly string[]
  /** Transferred from here instead. */
  primary?: { port: number }
  /** Questions for it are sent on to this port of the loopback. */
  forwardTo?: { port: number }
  /** Whether the key may transfer it; yes unless told. */
  isTransferable?: boolean
}

export type BindServer = {
  port: number
  key: BindKey
  /** A file with the key, as dig's `-k` reads it. */
  keyFile: string
  pid(): number
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops, forgets what was updated in the zone, and starts with its first records and these. */
  lose(zone: string, records?: readonly string[]): Promise<void>
  /** Does what an administrator would, under the same key. */
  update(zone: string, commands: readonly string[]): Promise<void>
  /** Ends it and removes its files. */
  close(): Promise<void>
}

/** A real BIND of this test's own, on the loopback, for zones that take updates under its key. */
export const startBind = async (
  zones: readonly BindZone[],
  options: { key?: BindKey; port?: number } = {},
): Promise<BindServer> => {
  const directory = await mkdtemp(join(tmpdir(), 'parcela-bind-'))
  await chmod(directory, 0o755)
  const { key = createKey('parcela-test.example') } = options
  const port = options.port ?? (await findFreePort())
  const config = join(directory, 'named.conf')
  const keyFile = join(directory, 'test.key')
  const fileOf = (zone: string) => join(directory, `${zone}.zone`)
  await writeFile(keyFile, renderKey(key), { mode: 0o600 })
  await writeFile(config, renderConfig(zones, { directory, port, key }))
  for (const { name, records, primary, forwardTo } of zones)
    if (!primary && !forwardTo) await writeFile(fileOf(name), renderZone(name, records))
  let child: ReturnType<typeof spawn> | undefined

  const start = async (): Promise<void> => {
    const started = spawn(['named', '-g', '-c', config], { output: 'pipe' })
    child = started
    let said = ''
    started.stderr?.on('data', (part: Buffer) => {
      said = (said + part).slice(-4000)
    })
    const failed = new Promise<never>((_, reject) => {
      started.once('error', cause => reject(new Error('These tests need BIND: install the package bind9', { cause })))
      started.once('exit', code => reject(new Error(`named ended with ${code}: ${said}`)))
    })
    const ready = waitUntil(() => isAnswering(port), { timeoutMs: 20_000, what: 'BIND to answer' })
    await Promise.race([ready, failed])
    // From here on its end is expected by whoever ends it.
    failed.catch(() => said)
  }

  const stop = async (): Promise<void> => {
    const stopping = child
    child = undefined
    if (!stopping || stopping.exitCode !== null) return
    const ended = once(stopping, 'exit')
    stopping.kill('SIGTERM')
    await ended
  }

  await start()
  return {
    port,
    key,
    keyFile,
    pid: () => child?.pid ?? 0,
    start,
    stop,
    lose: async (zone, records = []) => {
      await stop()
      await rm(`${fileOf(zone)}.jnl`, { force: true })
      const first = zones.find(({ name }) => name === zone)?.records ?? []
      await writeFile(fileOf(zone), renderZone(zone, [...first, ...records]))
      await start()
    },
    update: async (zone, commands) => {
      const input = [`server 127.0.0.1 ${port}`, `zone ${zone}`, ...commands, 'send', ''].join('\n')
      await run(['nsupdate', '-v', '-k', keyFile], { input, timeoutMs: 10_000 })
    },
    close: async () => {
      await stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export const createKey = (name: string): BindKey => ({
  name,
  algorithm: 'hmac-sha256',
  secret: randomBytes(32).toString('base64'),
})

const isAnswering = async (port: number): Promise<boolean> => {
  const argv = [
    'dig',
    '-r',
    '@127.0.0.1',
    '-p',
    String(port),
    '+tries=1',
    '+time=1',
    '-q',
    'version.bind',
    '-c',
    'CH',
    '-t',
    'TXT',
  ] as const
  const { exitCode } = await runToEnd(argv, { timeoutMs: 5000 })
  return exitCode === 0
}

const renderKey = ({ name, algorithm, secret }: BindKey): string =>
  `key "${name}" {\n\talgorithm ${algorithm};\n\tsecret "${secret}";\n};\n`

const renderZone = (name: string, records: readonly string[] = []): string =>
  `$ORIGIN ${name}.\n$TTL 60\n@ SOA ns1 hostmaster 1 3600 600 604800 10\n@ NS ns1\nns1 A 127.0.0.9\n${records.join('\n')}\n`

const renderConfig = (
  zones: readonly BindZone[],
  { directory, port, key }: { directory: string; port: number; key: BindKey },
): string =>
  [
    'options {',
    `  directory "${directory}"; pid-file "${directory}/named.pid"; session-keyfile "${directory}/session.key";`,
    `  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
    // Who sends on must ask each time: tests change what is asked for.
    zones.some(({ forwardTo }) => forwardTo)
      ? '  recursion yes; max-cache-ttl 0; max-ncache-ttl 0;'
      : '  recursion no;',
    '  notify no; dnssec-validation no; allow-transfer { none; }; minimal-responses yes;',
    '};',
    'controls { };',
    renderKey(key),
    ...zones.map(({ name, primary, forwardTo, isTransferable = true }) => {
      if (forwardTo)
        return `zone "${name}" { type forward; forward only; forwarders { 127.0.0.1 port ${forwardTo.port}; }; };`
      const file = `file "${directory}/${name}.zone";`
      if (primary)
        return `zone "${name}" { type secondary; primaries { 127.0.0.1 port ${primary.port} key "${key.name}"; }; ${file} };`
      const transfer = isTransferable ? `allow-transfer { key "${key.name}"; };` : ''
      return `zone "${name}" { type primary; ${file} allow-update { key "${key.name}"; }; ${transfer} };`
    }),
    '',
  ].join('\n')
