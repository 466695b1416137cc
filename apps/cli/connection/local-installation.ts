import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLocalhost } from './is-localhost.ts'

/** What a Parcela on this very machine left in its home. */
export type LocalInstallation = { pageUrl: string | undefined; caFile: string | undefined }

/** Looks into the homes in turn, and answers the first that holds something. */
export const findLocalInstallation = (homes: readonly string[]): LocalInstallation => {
  const home = homes.find(one => existsSync(join(one, 'ca.pem')) || existsSync(join(one, 'ready.json')))
  if (!home) return { pageUrl: undefined, caFile: undefined }
  const ca = join(home, 'ca.pem')
  return { pageUrl: readPageUrl(join(home, 'ready.json')), caFile: existsSync(ca) ? ca : undefined }
}

/** The CA of the local installation, for names that mean this machine. Read each time: a new installation has a new one. */
export const readLocalCa = (url: string, local: LocalInstallation): string | undefined =>
  local.caFile && isLocalhost(new URL(url).hostname) ? readFileSync(local.caFile, 'utf8') : undefined

const readPageUrl = (file: string): string | undefined => {
  if (!existsSync(file)) return undefined
  const ready: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return typeof ready === 'object' && ready !== null && 'page_url' in ready && typeof ready.page_url === 'string'
    ? new URL(ready.page_url).origin
    : undefined
}
