import type {
  FormatAnswer,
  MeAnswer,
  NameAnswer,
  PlatformAnswer,
  ReleaseAnswer,
  ServiceAction,
  ServiceAnswer,
  UpdateServiceRequest,
} from '@parcela/contract'
import { requestJson } from './request-json.ts'

type Page<T> = { items: T[]; next: string | null }

const api = '/api/v1'
const service = (id: string): string => `${api}/services/${encodeURIComponent(id)}`
const page = (cursor: string | null): string =>
  cursor === null ? '?limit=200' : `?limit=200&cursor=${encodeURIComponent(cursor)}`

/** The calls of the gateway that this page makes, one function each; uploads and streams have files of their own. */
export const gateway = {
  getPlatform: () => requestJson<PlatformAnswer>('GET', `${api}/platform`),
  getMe: () => requestJson<MeAnswer>('GET', `${api}/me`),
  listFormats: () => requestJson<Page<FormatAnswer>>('GET', `${api}/formats`),
  getName: (name: string) => requestJson<NameAnswer>('GET', `${api}/names/${encodeURIComponent(name)}`),
  listServices: (cursor: string | null) => requestJson<Page<ServiceAnswer>>('GET', `${api}/services${page(cursor)}`),
  getService: (id: string) => requestJson<ServiceAnswer>('GET', service(id)),
  updateService: (id: string, change: UpdateServiceRequest) => requestJson<ServiceAnswer>('PATCH', service(id), change),
  deleteService: (id: string, options: { purge: boolean }) =>
    requestJson<ServiceAnswer>('DELETE', `${service(id)}?purge=${options.purge}`),
  listReleases: (id: string, cursor: string | null) =>
    requestJson<Page<ReleaseAnswer>>('GET', `${service(id)}/releases${page(cursor)}`),
  rollback: (id: string, releaseId: string) =>
    requestJson<ServiceAnswer>('POST', `${service(id)}/rollback`, { release_id: releaseId }),
  actOnService: (id: string, action: ServiceAction) =>
    requestJson<ServiceAnswer>('POST', `${service(id)}/actions/${action}`),
}
