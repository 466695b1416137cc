import { createHash } from 'node:crypto'
import { readdir, readFile, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { IssuedCertificate } from '@parcela/core'
import { ignoreMissing, type Log, readKeyPair } from '@parcela/kit'

/** Certbot's folders of one certificate and its predecessors, which it calls a lineage. */
export type Lineages = {
  /** The stored certificate; undefined when there is none or its files cannot be used, which is logged. */
  read(lineage: string): Promise<IssuedCertificate | undefined>
  list(): Promise<string[]>
  /** Removes what is there, in whatever state. */
  remove(lineage: string): Promise<void>
  /** Whether certbot itself can go on with it. */
  isWhole(lineage: string): Promise<boolean>
}

const lineagePattern = /^parcela-[0-9a-f]{32}$/

/** One lineage per set of names, whatever their order. */
export const lineageOf = (names: readonly string[]): string => {
  const digest = createHash('sha256')
    .update([...new Set(names)].sort().join(' '))
    .digest('hex')
  return `parcela-${digest.slice(0, 32)}`
}

export const createLineages = (configDirectory: string, log: Log): Lineages => {
  const live = join(configDirectory, 'live')
  const pathsOf = (lineage: string): string[] => [
    join(configDirectory, 'renewal', `${lineage}.conf`),
    join(live, lineage),
    join(configDirectory, 'archive', lineage),
  ]

  const read: Lineages['read'] = async lineage => {
    const found = await readdir(join(live, lineage)).catch(ignoreMissing)
    if (!found) return undefined
    const issued = await readVersion(configDirectory, lineage).catch((error: NodeJS.ErrnoException) => {
      // Something else lies where a file should be.
      if (error.code === undefined || !brokenCodes.has(error.code)) throw error
      return undefined
    })
    if (issued && lineageOf(issued.names) === lineage) return issued
    log.warn({ lineage }, 'A stored certificate of certbot is damaged and counts as none')
    return undefined
  }

  return {
    read,
    list: async () => {
      const found = (await readdir(live).catch(ignoreMissing)) ?? []
      return found.filter(name => lineagePattern.test(name))
    },
    remove: async lineage => {
      for (const path of pathsOf(lineage)) await rm(path, { recursive: true, force: true })
    },
    isWhole: async lineage => {
      const [conf = ''] = pathsOf(lineage)
      const text = (await readFile(conf, 'utf8').catch(ignoreMissing)) ?? ''
      return /^fullchain = /m.test(text) && (await read(lineage)) !== undefined
    },
  }
}

const brokenCodes = new Set(['ENOENT', 'EINVAL', 'ELOOP', 'EISDIR', 'ENOTDIR'])

/** The files of one version, by the link to its chain: while certbot moves its links one by one, they may lead to different versions. */
const readVersion = async (configDirectory: string, lineage: string): Promise<IssuedCertificate | undefined> => {
  const target = await readlink(join(configDirectory, 'live', lineage, 'fullchain.pem'))
  const [, version] = /\/fullchain(\d+)\.pem$/.exec(target) ?? []
  if (version === undefined) return undefined
  const archive = join(configDirectory, 'archive', lineage)
  const certificate = await readFile(join(archive, `fullchain${version}.pem`), 'utf8')
  const key = await readFile(join(archive, `privkey${version}.pem`), 'utf8')
  const pair = readKeyPair(certificate, key)
  if (!pair) return undefined
  const { leaf, names, serial } = pair
  return { names, certificate, key, not_before: leaf.validFromDate, not_after: leaf.validToDate, serial }
}
