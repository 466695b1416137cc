import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from '@parcela/kit'

/** Where a running installation is, as `ready.json` tells other programs; it holds no secret. */
export type Ready = {
  pid: number
  page_url: string
  sample_url: string | null
  administrator: { email: string; password: string | null }
}

/** Writes `ready.json` (without the password); answers its removal. */
export const writeReady = async (home: string, ready: Ready): Promise<() => Promise<void>> => {
  const file = join(home, 'ready.json')
  const { administrator, ...facts } = ready
  await writeFileAtomically(
    file,
    `${JSON.stringify({ ...facts, administrator_email: administrator.email }, null, 2)}\n`,
    { mode: 0o644 },
  )
  return () => rm(file, { force: true })
}

/** What a person sees when everything is up. The password is shown this once; `login` is the file that keeps it, null when it was removed. */
export const renderReady = (ready: Ready, places: { home: string; login: string | null }): string => {
  const { administrator } = ready
  const rows: [string, string | null][] = [
    ['Page', ready.page_url],
    ['Sample site', ready.sample_url],
    ['Administrator', administrator.email],
    [
      'Password',
      administrator.password
        ? `${administrator.password}   (shown once; also in ${places.login})`
        : places.login && `in ${places.login}, unless you changed it`,
    ],
    ['Trust the CA', 'bin/parcela trust'],
    ['Logs', join(places.home, 'log')],
  ]
  const lines = rows.filter(([, value]) => value).map(([name, value]) => `  ${name.padEnd(14)} ${value}`)
  return `\nParcela is up.\n\n${lines.join('\n')}\n\n`
}
