import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runToEnd, silentLog } from '@parcela/kit'
import { afterEach, beforeEach } from 'vitest'
import { createLocalCa, type LocalCaOptions } from './create-local-ca.ts'

/** A folder of its own for each test of the file, and CAs in it; what is in `closers` is closed afterwards. */
export const prepareCas = () => {
  const closers: (() => unknown)[] = []
  let directory = ''

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parcela-ca-'))
  })
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
    await rm(directory, { recursive: true })
  })

  return {
    closers,
    fileOf: (...names: string[]) => join(directory, ...names),
    createCa: (options: Partial<LocalCaOptions> = {}) =>
      createLocalCa({
        directory: join(directory, 'ca'),
        domains: ['parcela.localhost', 'apps.localhost'],
        publishTo: join(directory, 'ca.pem'),
        clock: { now: () => new Date() },
        log: silentLog,
        ...options,
      }),
    /** The files of the CA. */
    fileNames: async () => (await readdir(join(directory, 'ca'))).sort(),
    /** The verdict of openssl's own command, with the published CA, on a leaf for a host name. */
    verify: async (certificate: string, host: string, atMs = Date.now()): Promise<string> => {
      await writeFile(join(directory, 'leaf.pem'), certificate)
      const { stdout, stderr } = await runToEnd(
        [
          ...['openssl', 'verify', '-x509_strict', '-purpose', 'sslserver'],
          ...['-attime', `${Math.floor(atMs / 1000)}`, '-verify_hostname', host, '-CAfile', 'ca.pem', 'leaf.pem'],
        ] as [string, ...string[]],
        { cwd: directory, timeoutMs: 10_000 },
      )
      return stdout + stderr
    },
  }
}
