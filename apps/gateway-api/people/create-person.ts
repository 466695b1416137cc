import { AppError, type gatewayRoutes } from '@parcela/contract'
import type { People } from '@parcela/core'
import type { Identity } from '../identity/create-identity.ts'
import { ensureAccount } from '../identity/ensure-account.ts'
import type { Handler } from '../routes/route-input.ts'

type Dependencies = { people: People; identity: Identity }

/** POST /people: an administrator makes a person known; with e-mail address and password the person can sign in at once. */
export const createCreatePerson =
  ({ people, identity }: Dependencies): Handler<typeof gatewayRoutes.createPerson> =>
  async ({ body }) => {
    await requireFree(people, body)
    const name = body.name ?? body.username
    const account =
      body.email && body.password
        ? await ensureAccount(identity, { email: body.email, name, password: body.password })
        : null
    const person = await people.createPerson({
      external_id: body.user_id ?? null,
      username: body.username,
      email: account?.email ?? body.email ?? null,
      name,
      is_administrator: false,
      account_id: account?.id ?? null,
    })
    return {
      status: 201,
      body: {
        id: person.id,
        user_id: person.external_id ?? person.id,
        username: person.username,
        email: person.email,
        team_id: person.team_id,
      },
    }
  }

/** Looked at before the account is made, so that a taken name leaves no account without a person. */
const requireFree = async (
  people: People,
  asked: { user_id?: string | undefined; username: string },
): Promise<void> => {
  const fields: Record<string, string> = {}
  if (await people.findByUsername(asked.username)) fields.username = 'somebody else has this username'
  if (asked.user_id && (await people.findByExternalId(asked.user_id))) fields.user_id = 'somebody else has this id'
  const [first] = Object.entries(fields)
  if (first) throw new AppError('conflict', first.join(': '), { details: { fields, reason: 'person_known' } })
}
