import { randomBytes } from 'node:crypto'
import type { gatewayRoutes } from '@parcela/contract'
import { AppError } from '@parcela/contract'
import type { People, Person } from '@parcela/core'
import type { z } from 'zod'
import { getAccountId } from '../accounts/get-account-id.ts'
import { requireSession } from '../accounts/require-session.ts'
import type { KeyCache } from '../callers/key-cache.ts'
import type { Identity } from '../identity/create-identity.ts'
import { linkLifetimeSeconds, pageLink } from '../identity/sign-in-mails.ts'
import type { Handlers } from '../routes/route-input.ts'
import type { GatewaySettings } from '../settings.ts'

type Dependencies = {
  people: People
  identity: Identity
  keys: KeyCache
  settings: Pick<GatewaySettings, 'panelUrl'>
}
type Routes = Pick<typeof gatewayRoutes, 'listPeople' | 'updatePerson' | 'createResetLink'>
type PersonDetails = z.output<(typeof gatewayRoutes.updatePerson)['answers'][200]>

/** What administrators do with people: see them, disable them, help them back in. */
export const createPersonHandlers = ({ people, identity, keys, settings }: Dependencies): Handlers<Routes> => ({
  listPeople: async ({ query: { limit, cursor } }) => {
    const { items, next } = await people.listPeople({ limit, cursor })
    return {
      status: 200,
      body: { items: items.map(person => toDetails(person, person.account_id !== null)), next },
    }
  },
  updatePerson: async ({ params, body }) => {
    const { is_administrator, disabled } = body
    const person = await people.changeStanding(params.id, {
      ...(is_administrator === undefined ? {} : { is_administrator }),
      ...(disabled === undefined ? {} : { disabled }),
    })
    const accountId = await people.findAccountId(person.id)
    keys.clear()
    if (person.disabled_at && accountId) await (await identity.$context).internalAdapter.deleteUserSessions(accountId)
    return { status: 200, body: toDetails(person, accountId !== undefined) }
  },
  createResetLink: async ({ caller, params, body }) => {
    requireSession(caller)
    const person = await people.findPerson(params.id)
    if (!person) throw new AppError('not_found', 'There is no such person.')
    const accountId = await getAccountId(people, person)
    if (body.remove_second_factor) await removeSecondFactor(identity, accountId)
    const token = randomBytes(32).toString('base64url')
    const expiresAt = new Date(Date.now() + linkLifetimeSeconds * 1000)
    // As the sign-in library keeps the token of a link that it mails itself; it hashes it.
    await (await identity.$context).internalAdapter.createVerificationValue({
      identifier: `reset-password:${token}`,
      value: accountId,
      expiresAt,
    })
    const link = pageLink(settings, 'reset-password', token)
    return { status: 201, body: { link, expires_at: expiresAt.toISOString() } }
  },
})

const removeSecondFactor = async (identity: Identity, accountId: string): Promise<void> => {
  const { adapter, internalAdapter } = await identity.$context
  await adapter.deleteMany({ model: 'twoFactor', where: [{ field: 'userId', value: accountId }] })
  await internalAdapter.updateUser(accountId, { twoFactorEnabled: false })
}

const toDetails = (person: Person, canSignIn: boolean): PersonDetails => ({
  id: person.id,
  user_id: person.external_id ?? person.id,
  username: person.username,
  email: person.email,
  team_id: person.team_id,
  name: person.name,
  is_administrator: person.is_administrator,
  disabled: person.disabled_at !== null,
  can_sign_in: canSignIn && person.disabled_at === null,
  created_at: person.created_at.toISOString(),
})
