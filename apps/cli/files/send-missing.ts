import { join } from 'node:path'
import type { ManifestEntry } from '@parcela/contract'
import type { Gateway } from '../gateway/gateway.ts'
import { forEachAtOnce } from './for-each-at-once.ts'

const senders = 6

type Sending = {
  folder: string
  entries: readonly ManifestEntry[]
  /** Digests. */
  missing: readonly string[]
  onSent: (sent: { files: number; bytes: number }) => void
}

/** Sends the contents that the server does not have yet, each once, however many files have it. */
export const sendMissing = async (gateway: Gateway, { folder, entries, missing, onSent }: Sending): Promise<void> => {
  const byDigest = new Map(entries.map(entry => [entry.sha256, entry]))
  const sent = { files: 0, bytes: 0 }
  await forEachAtOnce(senders, missing, async digest => {
    const entry = byDigest.get(digest)
    if (!entry) return
    await gateway.putBlob(digest, { file: join(folder, entry.path), size: entry.size })
    sent.files += 1
    sent.bytes += entry.size
    onSent(sent)
  })
}
