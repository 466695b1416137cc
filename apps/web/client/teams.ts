import type {
  ApprovalAnswer,
  AuditAnswer,
  CreatedInvitationAnswer,
  InvitationAnswer,
  Language,
  MemberAnswer,
  QuotaAnswer,
  ServiceAnswer,
  TeamAnswer,
  TeamRole,
} from '@parcela/contract'
import { queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'

export type Page<T> = { items: T[]; next: string | null }

const api = '/api/v1'
const team = (id: string): string => `${api}/teams/${encodeURIComponent(id)}`
const member = (id: string, personId: string): string => `${team(id)}/members/${encodeURIComponent(personId)}`

/** `?limit=50&cursor=...&search=...`: what is empty is not asked about. */
export const queryOf = (values: Record<string, string | number | null | undefined>): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value))
  }
  return query.size === 0 ? '' : `?${query}`
}

/** The calls about who works together, and how much they may have. */
export const teamsGateway = {
  listTeams: (cursor: string | null) =>
    requestJson<Page<TeamAnswer>>('GET', `${api}/teams${queryOf({ limit: 200, cursor })}`),
  getTeam: (id: string) => requestJson<TeamAnswer>('GET', team(id)),
  createTeam: (name: string) => requestJson<TeamAnswer>('POST', `${api}/teams`, { name }),
  renameTeam: (id: string, name: string) => requestJson<TeamAnswer>('PATCH', team(id), { name }),
  deleteTeam: (id: string) => requestJson('DELETE', team(id)),
  leaveTeam: (id: string) => requestJson('POST', `${team(id)}/leave`),
  listMembers: (id: string) => requestJson<{ items: MemberAnswer[] }>('GET', `${team(id)}/members`),
  changeMember: (id: string, personId: string, role: TeamRole) =>
    requestJson<MemberAnswer>('PATCH', member(id, personId), { role }),
  removeMember: (id: string, personId: string) => requestJson('DELETE', member(id, personId)),
  listInvitations: (id: string) =>
    requestJson<{ items: InvitationAnswer[] }>('GET', `${api}/invitations${queryOf({ team_id: id })}`),
  invite: (asked: { team_id: string; role: TeamRole; email: string | null; language: Language }) =>
    requestJson<CreatedInvitationAnswer>('POST', `${api}/invitations`, asked),
  inviteClass: (asked: { team_id: string; role: TeamRole; csv: string; language: Language }) =>
    requestJson<{ items: CreatedInvitationAnswer[] }>('POST', `${api}/invitations/import`, asked),
  withdrawInvitation: (id: string) => requestJson('DELETE', `${api}/invitations/${encodeURIComponent(id)}`),
  getQuota: (id: string) => requestJson<QuotaAnswer>('GET', `${team(id)}/quota`),
  listTeamAudit: (id: string, asked: Record<string, string | undefined>, cursor: string | null) =>
    requestJson<Page<AuditAnswer>>('GET', `${team(id)}/audit${queryOf({ ...asked, cursor })}`),
  moveService: (serviceId: string, teamId: string) =>
    requestJson<ServiceAnswer>('POST', `${api}/services/${encodeURIComponent(serviceId)}/move`, { team_id: teamId }),
  listServiceApprovals: (serviceId: string) =>
    requestJson<Page<ApprovalAnswer>>('GET', `${api}/services/${encodeURIComponent(serviceId)}/approvals`),
}

/** The teams that the person is in. An administrator is told of every team, a page at a time; theirs are among them. */
const listOwnTeams = async (): Promise<TeamAnswer[]> => {
  const own: TeamAnswer[] = []
  let cursor: string | null = null
  do {
    const page: Page<TeamAnswer> = await teamsGateway.listTeams(cursor)
    own.push(...page.items.filter(({ role }) => role !== null))
    cursor = page.next
  } while (cursor !== null)
  return own.sort((one, other) => Number(other.is_personal) - Number(one.is_personal))
}

export const teamQueries = {
  own: queryOptions({ queryKey: ['teams', 'own'], queryFn: listOwnTeams, staleTime: 60_000 }),
  team: (id: string) => queryOptions({ queryKey: ['team', id], queryFn: () => teamsGateway.getTeam(id) }),
  members: (id: string) =>
    queryOptions({ queryKey: ['team', id, 'members'], queryFn: () => teamsGateway.listMembers(id) }),
  invitations: (id: string) =>
    queryOptions({ queryKey: ['team', id, 'invitations'], queryFn: () => teamsGateway.listInvitations(id) }),
  quota: (id: string) => queryOptions({ queryKey: ['team', id, 'quota'], queryFn: () => teamsGateway.getQuota(id) }),
  /** What is decided changes the site: its next generation and status read them again. */
  serviceApprovals: ({ id, generation, status }: ServiceAnswer) =>
    queryOptions({
      queryKey: ['service', id, 'approvals', generation, status],
      queryFn: () => teamsGateway.listServiceApprovals(id),
    }),
}
