import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import {
  AppError,
  type ApprovalAnswer,
  type AuditAnswer,
  approvalAnswer,
  approvalList,
  auditList,
  type CreatedEdge,
  type CreateServiceRequest,
  createdEdge,
  type DnsAnswer,
  type DomainAnswer,
  dnsAnswer,
  domainAnswer,
  domainList,
  type EdgeAnswer,
  edgeList,
  type FormatAnswer,
  formatList,
  type ManifestEntry,
  type MeAnswer,
  meAnswer,
  type NameAnswer,
  nameAnswer,
  type QuotaAnswer,
  quotaAnswer,
  type ReleaseAnswer,
  type RotationAnswer,
  releaseAnswer,
  rotationAnswer,
  type ServiceAnswer,
  serviceAnswer,
  serviceList,
  type TeamAnswer,
  type TrafficAnswer,
  teamList,
  trafficAnswer,
  type UpdateServiceRequest,
  type UploadAnswer,
  uploadAnswer,
} from '@parcela/contract'
import type { Connection } from '../connection/connection.ts'

const api = '/api/v1'
const pageSize = 200

/** The calls of the public API that the terminal makes, with checked answers. */
export const createGateway = (connection: Connection) => {
  const service = (id: string): string => `${api}/services/${encodeURIComponent(id)}`
  const approval = (id: string): string => `${api}/approvals/${encodeURIComponent(id)}`

  return {
    /** Where it is. */
    url: connection.url,

    getMe: async (): Promise<MeAnswer> =>
      meAnswer.parse(await connection.askJson({ method: 'GET', path: `${api}/me` })),

    listFormats: async (): Promise<FormatAnswer[]> =>
      formatList.parse(await connection.askJson({ method: 'GET', path: `${api}/formats` })).items,

    getName: async (name: string): Promise<NameAnswer> =>
      nameAnswer.parse(await connection.askJson({ method: 'GET', path: `${api}/names/${encodeURIComponent(name)}` })),

    /** Every service that the caller may see. */
    listServices: async (): Promise<ServiceAnswer[]> => {
      const items: ServiceAnswer[] = []
      let cursor: string | null = null
      do {
        const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const page = serviceList.parse(
          await connection.askJson({ method: 'GET', path: `${api}/services?limit=${pageSize}${query}` }),
        )
        items.push(...page.items)
        cursor = page.next
      } while (cursor !== null)
      return items
    },

    async findServiceByName(name: string): Promise<ServiceAnswer | undefined> {
      return (await this.listServices()).find(one => one.name === name)
    },

    async getServiceByName(name: string): Promise<ServiceAnswer> {
      const found = await this.findServiceByName(name)
      if (!found) throw new AppError('not_found', `There is no service ${name} of yours. See them with: parcela list`)
      return found
    },

    getService: async (id: string): Promise<ServiceAnswer> =>
      serviceAnswer.parse(await connection.askJson({ method: 'GET', path: service(id) })),

    createService: async (request: CreateServiceRequest): Promise<ServiceAnswer> =>
      serviceAnswer.parse(
        await connection.askJson({
          method: 'POST',
          path: `${api}/services`,
          headers: { 'idempotency-key': randomUUID() },
          json: request,
        }),
      ),

    updateService: async (id: string, change: UpdateServiceRequest): Promise<ServiceAnswer> =>
      serviceAnswer.parse(await connection.askJson({ method: 'PATCH', path: service(id), json: change })),

    deleteService: async (id: string, options: { purge: boolean }): Promise<ServiceAnswer> =>
      serviceAnswer.parse(
        await connection.askJson({ method: 'DELETE', path: `${service(id)}?purge=${options.purge}` }),
      ),

    createRelease: async (id: string, uploadId: string): Promise<ReleaseAnswer> =>
      releaseAnswer.parse(
        await connection.askJson({
          method: 'POST',
          path: `${service(id)}/releases`,
          headers: { 'idempotency-key': randomUUID() },
          json: { upload_id: uploadId },
        }),
      ),

    createUpload: async (files: readonly ManifestEntry[]): Promise<UploadAnswer> =>
      uploadAnswer.parse(
        await connection.askJson({ method: 'POST', path: `${api}/uploads`, json: { files }, silenceMs: 120_000 }),
      ),

    putBlob: async (digest: string, content: { file: string; size: number }): Promise<void> => {
      await connection.askJson({ method: 'PUT', path: `${api}/blobs/${digest}`, content, silenceMs: 120_000 })
    },

    listDomains: async (id: string): Promise<DomainAnswer[]> =>
      domainList.parse(await connection.askJson({ method: 'GET', path: `${service(id)}/domains` })).items,

    addDomain: async (id: string, domain: { name: string; redirect_to?: string }): Promise<DomainAnswer> =>
      domainAnswer.parse(await connection.askJson({ method: 'POST', path: `${service(id)}/domains`, json: domain })),

    removeDomain: async (id: string, name: string): Promise<void> => {
      await connection.askJson({ method: 'DELETE', path: `${service(id)}/domains/${encodeURIComponent(name)}` })
    },

    checkDomain: async (id: string, name: string): Promise<DomainAnswer> =>
      domainAnswer.parse(
        await connection.askJson({
          method: 'POST',
          path: `${service(id)}/domains/${encodeURIComponent(name)}/check`,
        }),
      ),

    readTraffic: async (id: string, hours: number): Promise<TrafficAnswer> =>
      trafficAnswer.parse(await connection.askJson({ method: 'GET', path: `${service(id)}/traffic?hours=${hours}` })),

    listEdges: async (): Promise<EdgeAnswer[]> =>
      edgeList.parse(await connection.askJson({ method: 'GET', path: `${api}/edges` })).items,

    createEdge: async (name: string): Promise<CreatedEdge> =>
      createdEdge.parse(await connection.askJson({ method: 'POST', path: `${api}/edges`, json: { name } })),

    removeEdge: async (id: string): Promise<void> => {
      await connection.askJson({ method: 'DELETE', path: `${api}/edges/${encodeURIComponent(id)}` })
    },

    readDns: async (): Promise<DnsAnswer> =>
      dnsAnswer.parse(await connection.askJson({ method: 'GET', path: `${api}/dns` })),

    /** The newest rows that the query describes, at most `limit`. */
    listAudit: async (query: Record<string, string>, limit: number): Promise<AuditAnswer[]> => {
      const items: AuditAnswer[] = []
      for (let cursor: string | null | undefined; items.length < limit && cursor !== null; ) {
        const asked = new URLSearchParams({ ...query, limit: String(Math.min(limit - items.length, pageSize)) })
        if (cursor) asked.set('cursor', cursor)
        const page = auditList.parse(await connection.askJson({ method: 'GET', path: `${api}/audit?${asked}` }))
        items.push(...page.items)
        cursor = page.next
      }
      return items
    },

    /** NDJSON: how far the check is, and last its result. */
    openAuditCheck: async (noted: string | undefined, signal: AbortSignal): Promise<Readable> => {
      const query = noted === undefined ? '' : `?noted=${encodeURIComponent(noted)}`
      return (await connection.ask({ method: 'GET', path: `${api}/audit/verify${query}`, signal })).body
    },

    /** CSV. */
    openAuditExport: async (query: Record<string, string>, signal: AbortSignal): Promise<Readable> => {
      const path = `${api}/audit/export?${new URLSearchParams(query)}`
      return (await connection.ask({ method: 'GET', path, headers: { accept: 'text/csv' }, signal })).body
    },

    rotateSecrets: async (): Promise<RotationAnswer> =>
      rotationAnswer.parse(await connection.askJson({ method: 'POST', path: `${api}/secrets/rotate` })),

    /** Every team that the caller is in; for an administrator, every team. */
    listTeams: async (): Promise<TeamAnswer[]> => {
      const items: TeamAnswer[] = []
      let cursor: string | null = null
      do {
        const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const path = `${api}/teams?limit=${pageSize}${query}`
        const page = teamList.parse(await connection.askJson({ method: 'GET', path }))
        items.push(...page.items)
        cursor = page.next
      } while (cursor !== null)
      return items
    },

    getQuota: async (teamId: string): Promise<QuotaAnswer> =>
      quotaAnswer.parse(
        await connection.askJson({ method: 'GET', path: `${api}/teams/${encodeURIComponent(teamId)}/quota` }),
      ),

    /** The first of those that wait, newest first. */
    listApprovals: async (): Promise<ApprovalAnswer[]> => {
      const path = `${api}/approvals?status=pending&limit=${pageSize}`
      return approvalList.parse(await connection.askJson({ method: 'GET', path })).items
    },

    approve: async (id: string, given: { storage_gb?: number; ram_mb?: number; cpus?: number }) =>
      approvalAnswer.parse(await connection.askJson({ method: 'POST', path: `${approval(id)}/approve`, json: given })),

    refuse: async (id: string, reason: string): Promise<ApprovalAnswer> =>
      approvalAnswer.parse(
        await connection.askJson({ method: 'POST', path: `${approval(id)}/refuse`, json: { reason } }),
      ),

    /** Server-sent events from the one after `lastEventId` on. */
    openEvents: async (id: string, lastEventId: string | undefined, signal: AbortSignal): Promise<Readable> =>
      (
        await connection.ask({
          method: 'GET',
          path: `${service(id)}/events`,
          headers: {
            accept: 'text/event-stream',
            ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
          },
          // The server says something at least every 15 s.
          silenceMs: 60_000,
          signal,
        })
      ).body,

    /** NDJSON, a line each. */
    openLogs: async (
      id: string,
      options: { kind: 'build' | 'runtime'; follow: boolean; lines: number; signal?: AbortSignal },
    ): Promise<Readable> => {
      const { kind, follow, lines, signal } = options
      return (
        await connection.ask({
          method: 'GET',
          path: `${service(id)}/logs?kind=${kind}&follow=${follow}&lines=${lines}`,
          headers: { accept: 'application/x-ndjson' },
          ...(follow ? {} : { silenceMs: 60_000 }),
          ...(signal ? { signal } : {}),
        })
      ).body
    },
  }
}

export type Gateway = ReturnType<typeof createGateway>
