import { randomBytes } from 'node:crypto'
import type { People } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { createEnsurePerson } from '../people/ensure-person.ts'
import type { GatewaySettings } from '../settings.ts'
import { admitNobody } from './admission.ts'
import { createIdentity, type IdentityDatabase } from './create-identity.ts'
import { ensureAccount } from './ensure-account.ts'

export type FirstAdministrator = {
  identity: IdentityDatabase
  people: People
  settings: Pick<GatewaySettings, 'panelUrl' | 'secret'>
  log: Log
  /** From the settings; `admin@<host of the page>` when absent. */
  email?: string
  /** From the settings; generated when absent. */
  password?: string
}

/**
 * Makes the first administrator, unless there is one. Answers the e-mail address, and the password to show once (given or generated); null when
 * an administrator existed. Cut off half-way and called again, it finishes, with a new generated password since nobody has seen the first.
 */
export const ensureFirstAdministrator = async (
  dependencies: FirstAdministrator,
): Promise<{ email: string; password: string | null }> => {
  const { people, settings, log } = dependencies
  const email = dependencies.email ?? `admin@${new URL(settings.panelUrl).hostname}`
  if (await people.hasAdministrator()) {
    const known = await people.findByUsername(username)
    return { email: (known?.is_administrator && known.email) || email, password: null }
  }
  const identity = createIdentity({
    ...dependencies,
    settings: { ...settings, signUp: 'closed' },
    ensurePerson: createEnsurePerson(people),
    admission: admitNobody,
    clock: { now: () => new Date() },
  })
  const password = dependencies.password ?? randomBytes(15).toString('base64url')
  const account = await ensureAccount(identity, { email, name: 'Administrator', password }, { replacePassword: true })
  await people.createPerson({
    external_id: null,
    username: await people.suggestUsername(username),
    email: account.email,
    name: account.name,
    is_administrator: true,
    account_id: account.id,
  })
  log.info({ email }, 'made the first administrator')
  return { email, password }
}

const username = 'admin'
