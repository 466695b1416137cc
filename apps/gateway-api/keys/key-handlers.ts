import { AppError, type gatewayRoutes, type KeyAnswer, readKeyLimits } from '@parcela/contract'
import type { DesiredState, People, TeamId } from '@parcela/core'
import { getAccountId } from '../accounts/get-account-id.ts'
import { requireSession } from '../accounts/require-session.ts'
import { type Caller, isReached, scopeFor } from '../callers/caller.ts'
import type { KeyCache } from '../callers/key-cache.ts'
import type { Identity } from '../identity/create-identity.ts'
import type { Handlers } from '../routes/route-input.ts'

type Dependencies = {
  identity: Identity
  people: Pick<People, 'findAccountId'>
  desired: Pick<DesiredState, 'getService'>
  keys: KeyCache
}
type Routes = Pick<typeof gatewayRoutes, 'listKeys' | 'createKey' | 'deleteKey'>
type Limits = { team_id: string | null; service_id: string | null }

const daySeconds = 86_400

/** The caller's API keys. Stored hashed; shown once, in the answer that makes it. */
export const createKeyHandlers = ({ identity, people, desired, keys }: Dependencies): Handlers<Routes> => ({
  listKeys: async ({ caller }) => {
    const accountId = await people.findAccountId(caller.person.id)
    const { adapter } = await identity.$context
    const where = [{ field: 'referenceId', value: accountId ?? '' }]
    const stored = await adapter.findMany<StoredKey>({ model: 'apikey', where, limit: mostKeys })
    const items = stored.filter(isAlive).map(toAnswer)
    return { status: 200, body: { items: items.sort((a, b) => (a.created_at < b.created_at ? 1 : -1)), next: null } }
  },
  createKey: async ({ caller, body }) => {
    requireSession(caller)
    const accountId = await getAccountId(people, caller.person)
    const limits = { scope: body.scope, ...(await checkLimits(desired, caller, body)) }
    await requireRoom(identity, accountId)
    const { key, ...made } = await identity.api.createApiKey({
      body: {
        userId: accountId,
        name: body.name,
        expiresIn: body.expires_in_days === null ? null : body.expires_in_days * daySeconds,
        metadata: limits,
      },
    })
    return { status: 201, body: { ...toAnswer({ ...made, metadata: limits }), key } }
  },
  deleteKey: async ({ caller, params }) => {
    requireSession(caller)
    const accountId = await getAccountId(people, caller.person)
    const { adapter } = await identity.$context
    const where = [
      { field: 'id', value: params.id },
      { field: 'referenceId', value: accountId },
    ]
    if (!(await adapter.findOne({ model: 'apikey', where }))) {
      throw new AppError('not_found', 'There is no such key, or it is revoked already.')
    }
    await adapter.deleteMany({ model: 'apikey', where })
    keys.clear()
    return { status: 204, body: null }
  },
})

const mostKeys = 200

const requireRoom = async (identity: Identity, accountId: string): Promise<void> => {
  const { adapter } = await identity.$context
  const count = await adapter.count({ model: 'apikey', where: [{ field: 'referenceId', value: accountId }] })
  if (count < mostKeys) return
  throw new AppError('conflict', `You have ${count} keys already. Revoke those that nobody uses.`, {
    details: { reason: 'too_many_keys' },
  })
}

/** A key is limited to what its person reaches: to a team of theirs, to a service that they see, and to that service's team. */
const checkLimits = async (
  desired: Pick<DesiredState, 'getService'>,
  caller: Caller,
  { team_id, service_id }: Limits,
): Promise<Limits> => {
  const team = { team_id: team_id as TeamId, service_id: null }
  if (team_id !== null && !isReached(scopeFor(caller, 'team:read'), team)) {
    throw new AppError('not_found', 'There is no such team, or it is not yours to see.')
  }
  if (service_id === null) return { team_id, service_id }
  const service = await desired.getService(scopeFor(caller, 'service:read'), service_id)
  if (team_id !== null && service.team_id !== team_id) {
    throw new AppError('invalid', 'service_id: is a service of another team than team_id', {
      details: { fields: { service_id: 'is a service of another team than team_id' } },
    })
  }
  return { team_id: service.team_id, service_id }
}

type StoredKey = {
  id: string
  name: string | null
  start: string | null
  metadata: unknown
  createdAt: Date
  expiresAt: Date | null
  lastRequest: Date | null
}

const isAlive = ({ expiresAt }: StoredKey): boolean => expiresAt === null || expiresAt > new Date()

const toAnswer = (key: StoredKey): KeyAnswer => ({
  ...readKeyLimits(typeof key.metadata === 'string' ? JSON.parse(key.metadata) : key.metadata),
  id: key.id,
  name: key.name ?? '',
  start: key.start ?? '',
  created_at: key.createdAt.toISOString(),
  expires_at: key.expiresAt?.toISOString() ?? null,
  last_used_at: key.lastRequest?.toISOString() ?? null,
})
