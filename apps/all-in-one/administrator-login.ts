import { join } from 'node:path'
import { writeFileAtomically } from '@parcela/kit'
import type { Settings } from './settings.ts'

/** Where the first administrator's login is kept, for whoever runs this host. */
export const administratorLoginFile = (home: string): string => join(home, 'admin-login')

/** Writes the login of a newly made administrator, readable by its owner alone. Nothing is written for one that existed. */
export const keepAdministratorLogin = async (
  settings: Settings,
  { email, password }: { email: string; password: string | null },
): Promise<void> => {
  if (password === null) return
  const text = `url=${settings.panelUrl}\nemail=${email}\npassword=${password}\n`
  await writeFileAtomically(administratorLoginFile(settings.home), text, { mode: 0o600 })
}
