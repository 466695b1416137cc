import { AppError, type gatewayRoutes, type InvitationAnswer, type Language } from '@parcela/contract'
import type { Clock, Invitation, Invitations, NewInvitation, People } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { getAccountId } from '../accounts/get-account-id.ts'
import type { Identity } from '../identity/create-identity.ts'
import { pageLink } from '../identity/sign-in-mails.ts'
import type { Mailer } from '../mail/create-mailer.ts'
import type { Handlers } from '../routes/route-input.ts'
import type { GatewaySettings } from '../settings.ts'
import { createToken, hashToken } from './hash-token.ts'
import { note, type Problems, parseClass, throwProblems } from './parse-class.ts'
import { requireOwnTeam } from './require-own-team.ts'
import { sendInvitations } from './send-invitations.ts'

type Dependencies = {
  identity: Identity
  invitations: Invitations
  people: Pick<People, 'findAccountId'>
  mailer: Mailer | undefined
  settings: Pick<GatewaySettings, 'panelUrl'>
  clock: Clock
  log: Log
}
type Routes = Pick<
  typeof gatewayRoutes,
  | 'listInvitations'
  | 'createInvitation'
  | 'importInvitations'
  | 'deleteInvitation'
  | 'readInvitation'
  | 'acceptInvitation'
>

const lifetimeMs = 14 * 86_400_000

/** How people come into a team: by a link that works once. */
export const createInvitationHandlers = (dependencies: Dependencies): Handlers<Routes> => {
  const { identity, invitations, people, settings, clock } = dependencies

  const invite = async (
    asked: readonly Pick<NewInvitation, 'team_id' | 'role' | 'email' | 'invited_by'>[],
    language: Language,
  ) => {
    const expires_at = new Date(clock.now().getTime() + lifetimeMs)
    const tokens = asked.map(createToken)
    const stored = await invitations.createInvitations(
      asked.map((one, index) => ({ ...one, expires_at, token_hash: hashToken(tokens[index] ?? '') })),
    )
    const made = stored.map((invitation, index) => ({
      invitation,
      link: pageLink(settings, 'invitation', tokens[index] ?? ''),
    }))
    const outcomes = await sendInvitations(dependencies, made, language)
    return made.map(({ invitation, link }, index) => ({
      ...toAnswer(invitation),
      link,
      mail: outcomes[index] ?? ('off' as const),
    }))
  }

  return {
    listInvitations: async ({ caller, query }) => {
      const open = await invitations.listInvitations(requireOwnTeam(caller, query.team_id))
      return { status: 200, body: { items: open.map(toAnswer), next: null } }
    },
    createInvitation: async ({ caller, body: { role, email, language, ...body } }) => {
      const team_id = requireOwnTeam(caller, body.team_id)
      if (email !== null) await requireStranger(invitations, team_id, email)
      const [made] = await invite([{ team_id, role, email, invited_by: caller.person.id }], language)
      if (!made) throw new Error('An invitation was stored and not answered')
      return { status: 201, body: made }
    },
    importInvitations: async ({ caller, body: { role, csv, language, ...body } }) => {
      const team_id = requireOwnTeam(caller, body.team_id)
      const rows = parseClass(csv, role)
      await requireStrangers(invitations, team_id, rows)
      const asked = rows.map(row => ({ team_id, role: row.role, email: row.email, invited_by: caller.person.id }))
      return { status: 201, body: { items: await invite(asked, language), next: null } }
    },
    deleteInvitation: async ({ caller, params }) => {
      const { team_id } = await invitations.getInvitation(params.id)
      requireOwnTeam(caller, team_id)
      await invitations.revokeInvitation(params.id)
      return { status: 204, body: null }
    },
    readInvitation: async ({ body }) => {
      const { team_name, role, email, expires_at } = await invitations.getOpenInvitation(hashToken(body.token))
      return { status: 200, body: { team_name, role, email, expires_at: expires_at.toISOString() } }
    },
    acceptInvitation: async ({ caller, body }) => {
      const account = await (await identity.$context).internalAdapter.findUserById(
        await getAccountId(people, caller.person),
      )
      const { team_id, role } = await invitations.acceptInvitation(hashToken(body.token), {
        id: caller.person.id,
        email: account?.email ?? null,
      })
      return { status: 200, body: { team_id, role } }
    },
  }
}

const requireStranger = async (
  invitations: Invitations,
  teamId: NewInvitation['team_id'],
  email: string,
): Promise<void> => {
  if ((await invitations.findMembers(teamId, [email])).length === 0) return
  throw new AppError('conflict', 'email: is that of a member of the team', {
    details: { fields: { email: 'is that of a member of the team' }, reason: 'member_present' },
  })
}

/** Refuses addresses of members, each by its line. */
const requireStrangers = async (
  invitations: Invitations,
  teamId: NewInvitation['team_id'],
  rows: readonly { line: number; email: string }[],
): Promise<void> => {
  const emails = rows.map(row => row.email)
  const members = new Set(await invitations.findMembers(teamId, emails))
  const problems: Problems = {}
  for (const { line, email } of rows) if (members.has(email)) note(problems, line, 'is a member of the team already')
  throwProblems(problems)
}

const toAnswer = ({ id, team_id, role, email, created_at, expires_at }: Invitation): InvitationAnswer => ({
  id,
  team_id,
  role,
  email,
  created_at: created_at.toISOString(),
  expires_at: expires_at.toISOString(),
})
