import type {
  ApprovalAnswer,
  ApprovalStatus,
  AuditAnswer,
  CreatedEdge,
  CreatePlanRequest,
  DnsAnswer,
  EdgeAnswer,
  NodeAnswer,
  PersonDetails,
  PlanAnswer,
  QuotaAnswer,
  QuotaLimits,
  ResetLinkAnswer,
} from '@parcela/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'
import { type Page, queryOf, teamsGateway } from './teams.ts'

const api = '/api/v1'
const at = (place: string, id: string): string => `${api}/${place}/${encodeURIComponent(id)}`

/** The calls that only administrators may make. */
export const administrationGateway = {
  listPeople: (cursor: string | null) =>
    requestJson<Page<PersonDetails>>('GET', `${api}/people${queryOf({ limit: 200, cursor })}`),
  updatePerson: (id: string, change: { is_administrator?: boolean; disabled?: boolean }) =>
    requestJson<PersonDetails>('PATCH', at('people', id), change),
  createResetLink: (id: string, asked: { remove_second_factor: boolean }) =>
    requestJson<ResetLinkAnswer>('POST', `${at('people', id)}/reset-link`, asked),
  setQuota: (teamId: string, change: { plan_id: string; overrides: Partial<QuotaLimits> }) =>
    requestJson<QuotaAnswer>('PUT', `${at('teams', teamId)}/quota`, change),
  listPlans: () => requestJson<{ items: PlanAnswer[] }>('GET', `${api}/plans`),
  createPlan: (plan: CreatePlanRequest) => requestJson<PlanAnswer>('POST', `${api}/plans`, plan),
  updatePlan: (id: string, change: Omit<CreatePlanRequest, 'is_default'> | { is_default: true }) =>
    requestJson<PlanAnswer>('PATCH', at('plans', id), change),
  deletePlan: (id: string) => requestJson('DELETE', at('plans', id)),
  listNodes: () => requestJson<{ items: NodeAnswer[] }>('GET', `${api}/nodes`),
  updateNode: (id: string, overcommit: NodeAnswer['overcommit']) =>
    requestJson<NodeAnswer>('PATCH', at('nodes', id), { overcommit }),
  listApprovals: (status: ApprovalStatus | undefined, cursor: string | null) =>
    requestJson<Page<ApprovalAnswer>>('GET', `${api}/approvals${queryOf({ status, cursor })}`),
  approve: (id: string, given: { storage_gb: number; ram_mb: number; cpus: number }) =>
    requestJson<ApprovalAnswer>('POST', `${at('approvals', id)}/approve`, given),
  refuse: (id: string, reason: string) =>
    requestJson<ApprovalAnswer>('POST', `${at('approvals', id)}/refuse`, { reason }),
  listAudit: (asked: Record<string, string | undefined>, cursor: string | null) =>
    requestJson<Page<AuditAnswer>>('GET', `${api}/audit${queryOf({ ...asked, cursor })}`),
  readDns: () => requestJson<DnsAnswer>('GET', `${api}/dns`),
  listEdges: () => requestJson<{ items: EdgeAnswer[] }>('GET', `${api}/edges`),
  createEdge: (name: string) => requestJson<CreatedEdge>('POST', `${api}/edges`, { name }),
  deleteEdge: (id: string) => requestJson('DELETE', at('edges', id)),
}

/** Where the browser downloads the trail as CSV. */
export const auditExportUrl = (asked: Record<string, string | undefined>): string =>
  `${api}/audit/export${queryOf(asked)}`

const firstPage = null as string | null

export const administrationQueries = {
  people: infiniteQueryOptions({
    queryKey: ['administration', 'people'],
    queryFn: ({ pageParam }) => administrationGateway.listPeople(pageParam),
    initialPageParam: firstPage,
    getNextPageParam: page => page.next,
  }),
  teams: infiniteQueryOptions({
    queryKey: ['administration', 'teams'],
    queryFn: ({ pageParam }) => teamsGateway.listTeams(pageParam),
    initialPageParam: firstPage,
    getNextPageParam: page => page.next,
  }),
  plans: queryOptions({ queryKey: ['administration', 'plans'], queryFn: administrationGateway.listPlans }),
  nodes: queryOptions({
    queryKey: ['administration', 'nodes'],
    queryFn: administrationGateway.listNodes,
    refetchInterval: 30_000,
  }),
  approvals: (status: ApprovalStatus | undefined) =>
    infiniteQueryOptions({
      queryKey: ['administration', 'approvals', status],
      queryFn: ({ pageParam }) => administrationGateway.listApprovals(status, pageParam),
      initialPageParam: firstPage,
      getNextPageParam: page => page.next,
      refetchInterval: 20_000,
    }),
  dns: queryOptions({ queryKey: ['administration', 'dns'], queryFn: administrationGateway.readDns }),
  edges: queryOptions({
    queryKey: ['administration', 'edges'],
    queryFn: administrationGateway.listEdges,
    refetchInterval: 10_000,
  }),
}
