import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { IssuedCertificate } from '@parcela/core'
import { ignoreMissing, type KeyPair, type Log, readKeyPair, writeFileAtomically } from '@parcela/kit'

type StoredLeaf = { issued: IssuedCertificate; leaf: KeyPair['leaf'] }

/** Certificates that were issued, each with its key in one file of its own, so that both are there or neither. */
export type LeafFiles = {
  /** Undefined when there is none of exactly these names, or it is damaged, which is logged: another can always be made. */
  find(names: readonly string[]): Promise<StoredLeaf | undefined>
  store(issued: IssuedCertificate): Promise<void>
  remove(names: readonly string[]): Promise<void>
  /** All that can be used. */
  list(): Promise<StoredLeaf[]>
}

const leafFile = /^leaf-[0-9a-f]{32}\.pem$/

export const createLeafFiles = (directory: string, log: Log): LeafFiles => {
  const read = async (file: string): Promise<StoredLeaf | undefined> => {
    const text = await readFile(join(directory, file), 'utf8').catch(ignoreMissing)
    if (text === undefined) return undefined
    const stored = parseLeaf(text)
    if (stored && fileOf(stored.issued.names) === file) return stored
    log.warn({ file }, 'A stored certificate of the local CA is damaged and counts as none')
    return undefined
  }
  return {
    find: names => read(fileOf(names)),
    store: ({ names, certificate, key }) =>
      writeFileAtomically(join(directory, fileOf(names)), certificate + key, { mode: 0o600 }),
    remove: names => rm(join(directory, fileOf(names)), { force: true }),
    list: async () => {
      const files = (await readdir(directory).catch(ignoreMissing)) ?? []
      const leaves = await Promise.all(files.filter(file => leafFile.test(file)).map(read))
      return leaves.filter(leaf => leaf !== undefined)
    },
  }
}

/** A name that says which names are inside, whatever their order. */
const fileOf = (names: readonly string[]): string => {
  const digest = createHash('sha256')
    .update([...new Set(names)].sort().join(' '))
    .digest('hex')
  return `leaf-${digest.slice(0, 32)}.pem`
}

const parseLeaf = (text: string): StoredLeaf | undefined => {
  const [certificate] = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/) ?? []
  const [key] = text.match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/) ?? []
  if (certificate === undefined || key === undefined) return undefined
  const pair = readKeyPair(certificate, key)
  if (!pair) return undefined
  const { leaf, names, serial } = pair
  const { validFromDate: not_before, validToDate: not_after } = leaf
  return { issued: { names, certificate, key, not_before, not_after, serial }, leaf }
}
