import { AppError, type gatewayRoutes, type SessionAnswer } from '@parcela/contract'
import type { People } from '@parcela/core'
import type { Caller } from '../callers/caller.ts'
import type { Identity } from '../identity/create-identity.ts'
import type { Handlers } from '../routes/route-input.ts'
import { getAccountId } from './get-account-id.ts'
import { requireSession } from './require-session.ts'

type Dependencies = { identity: Identity; people: Pick<People, 'findAccountId'> }
type Routes = Pick<typeof gatewayRoutes, 'listSessions' | 'deleteSession' | 'deleteOtherSessions'>
type Session = Awaited<ReturnType<Awaited<Identity['$context']>['internalAdapter']['listSessions']>>[number]

/** Where the caller is signed in. Sessions are known by their id: their token is nobody's business, the page's neither. */
export const createSessionHandlers = ({ identity, people }: Dependencies): Handlers<Routes> => {
  const listOpen = async (person: Parameters<typeof getAccountId>[1]): Promise<Session[]> => {
    const { internalAdapter } = await identity.$context
    const sessions = await internalAdapter.listSessions(await getAccountId(people, person))
    return sessions.filter(session => session.expiresAt > new Date())
  }
  return {
    listSessions: async ({ caller }) => {
      const sessions = await listOpen(caller.person)
      return { status: 200, body: { items: sessions.map(session => toAnswer(session, caller)), next: null } }
    },
    deleteSession: async ({ caller, params }) => {
      requireSession(caller)
      const session = (await listOpen(caller.person)).find(one => one.id === params.id)
      if (!session) throw new AppError('not_found', 'There is no such session, or it has ended.')
      await (await identity.$context).internalAdapter.deleteSession(session.token)
      return { status: 204, body: null }
    },
    deleteOtherSessions: async ({ caller }) => {
      requireSession(caller)
      const others = (await listOpen(caller.person)).filter(session => session.id !== caller.through_id)
      const { internalAdapter } = await identity.$context
      for (const { token } of others) await internalAdapter.deleteSession(token)
      return { status: 204, body: null }
    },
  }
}

const toAnswer = (session: Session, caller: Caller): SessionAnswer => ({
  id: session.id,
  is_current: session.id === caller.through_id,
  address: session.ipAddress || null,
  user_agent: session.userAgent || null,
  created_at: session.createdAt.toISOString(),
  seen_at: session.updatedAt.toISOString(),
  expires_at: session.expiresAt.toISOString(),
})
