import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ignoreMissing } from '@parcela/kit'
import type { StaticCertificate } from '../render/edge-config.ts'
import { isCertificateName } from '../routes/parse-route.ts'
import type { CheckedCertificate } from './parse-certificate.ts'

/** What one call asks for: certificates that are to be there, and names that are to have none. */
export type CertificateChange = { add: readonly CheckedCertificate[]; remove: readonly string[] }

export type CertificateStore = {
  /** Certificates that have a server block, as they were last kept. */
  listStatic(): readonly StaticCertificate[]
  /** Reads what is on disk; what cannot be used any more is left out. */
  load(): Promise<void>
  /** Names of the files that the configuration needs and that somebody deleted. */
  listMissing(): Promise<string[]>
  /** Writes the files of what is added and answers which list the configuration should have. Nothing is live by that. */
  stage(changes: readonly CertificateChange[]): Promise<readonly StaticCertificate[]>
  /** From now on `listStatic` answers these; files of others go. */
  keep(certificates: readonly StaticCertificate[]): Promise<void>
  /** Live at once for visitors who ask for these names: workers read the file at each handshake. `check` may refuse the draft. */
  writeByName(certificate: CheckedCertificate, check: (file: string) => Promise<void>): Promise<void>
  /** Gone at the next handshake. */
  removeByName(name: string): Promise<void>
  /** The chain for this host, leaf first, without its key; undefined when there is none. */
  findChain(host: string): Promise<string | undefined>
}

/**
 * Certificates on the edge's disk, certificate and key in one file, so that both change in one rename. `static/<digest>.pem` is read by
 * nginx's master alone; `<host>.pem`, one per custom domain, is readable by the workers' group.
 */
export const createCertificateStore = (options: { directory: string; gid: number | null }): CertificateStore => {
  const { directory, gid } = options
  const fixed = join(directory, 'static')
  const index = join(fixed, 'index.json')
  let kept: StaticCertificate[] = []

  const fileOf = (pem: string): string =>
    join(fixed, `${createHash('sha256').update(pem).digest('hex').slice(0, 32)}.pem`)

  const writeForWorkers = async (name: string, pem: string, check?: (file: string) => Promise<void>): Promise<void> => {
    const draft = join(directory, `_draft-${name}.pem`)
    await writeFile(draft, pem, { mode: 0o600 })
    try {
      await check?.(draft)
      if (gid !== null) await chown(draft, 0, gid)
      await chmod(draft, 0o640)
      await rename(draft, join(directory, `${name}.pem`))
    } finally {
      await rm(draft, { force: true })
    }
  }

  return {
    listStatic: () => kept,
    load: async () => {
      await mkdir(fixed, { recursive: true, mode: 0o700 })
      const files = await readdir(fixed)
      kept = []
      for (const entry of files.includes('index.json') ? parseIndex(await readFile(index, 'utf8')) : []) {
        const pem = await readFile(entry.file, 'utf8').catch(ignoreMissing)
        // A file that a power cut left half-written would keep nginx from starting; it is given again soon.
        if (pem !== undefined && entry.file === fileOf(pem)) kept.push(entry)
      }
    },
    listMissing: async () => {
      const found = new Set((await readdir(fixed).catch(ignoreMissing)) ?? [])
      return kept.map(({ file }) => basename(file)).filter(name => !found.has(name))
    },
    stage: async changes => {
      let next = [...kept]
      for (const { add, remove } of changes) {
        next = without(next, remove)
        for (const { names, pem } of add) {
          const file = fileOf(pem)
          await writeFile(file, pem, { mode: 0o600 })
          // A name has one certificate: the newest that was given for it.
          next = [...without(next, names), { names: [...names], file }]
        }
      }
      return next.toSorted((one, other) => (one.names.join() < other.names.join() ? -1 : 1))
    },
    keep: async certificates => {
      kept = [...certificates]
      const draft = `${index}.draft`
      await writeFile(draft, JSON.stringify(certificates), { mode: 0o600 })
      await rename(draft, index)
      // For visitors who name no host, such as by address: a certificate of ours, which their browser then complains about.
      const fallback = certificates.find(({ names }) => names.some(name => name.startsWith('*.'))) ?? certificates[0]
      if (fallback) await writeForWorkers('_default', await readFile(fallback.file, 'utf8'))
      else await rm(join(directory, '_default.pem'), { force: true })
      const used = new Set(certificates.map(({ file }) => file))
      for (const name of await readdir(fixed)) {
        if (name.endsWith('.pem') && !used.has(join(fixed, name))) await rm(join(fixed, name), { force: true })
      }
    },
    writeByName: async ({ names, pem }, check) => {
      let isChecked = false
      for (const name of names) {
        const current = await readFile(join(directory, `${name}.pem`), 'utf8').catch(ignoreMissing)
        if (current === pem) continue
        await writeForWorkers(name, pem, isChecked ? undefined : check)
        isChecked = true
      }
    },
    removeByName: name => rm(join(directory, `${name}.pem`), { force: true }),
    findChain: async host => {
      const parent = `*.${host.slice(host.indexOf('.') + 1)}`
      const found = kept.find(({ names }) => names.includes(host)) ?? kept.find(({ names }) => names.includes(parent))
      const pem = await readFile(found?.file ?? join(directory, `${host}.pem`), 'utf8').catch(ignoreMissing)
      return pem?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)?.join('\n')
    },
  }
}

const without = (certificates: readonly StaticCertificate[], names: readonly string[]): StaticCertificate[] =>
  certificates
    .map(other => ({ ...other, names: other.names.filter(name => !names.includes(name)) }))
    .filter(other => other.names.length > 0)

/** Only what may stand in nginx.conf: the disk is read with the same distrust as a request. Nothing, where it cannot be read. */
const parseIndex = (text: string): StaticCertificate[] => {
  try {
    const entries: unknown = JSON.parse(text)
    return Array.isArray(entries) ? entries.filter(isStaticCertificate) : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

const isStaticCertificate = (entry: unknown): entry is StaticCertificate => {
  const { names, file } = Object(entry) as Partial<Record<keyof StaticCertificate, unknown>>
  return typeof file === 'string' && Array.isArray(names) && names.length > 0 && names.every(isCertificateName)
}
