import type { ServiceAnswer } from '@parcela/contract'
import type { Service } from '@parcela/core'
import { serviceUrl } from '../services/service-url.ts'
import type { GatewaySettings } from '../settings.ts'

/** A service as the API shows it. `warnings` are those of a release that was made just now, which no status speaks of yet. */
export const toServiceAnswer = (
  service: Service,
  settings: Pick<GatewaySettings, 'appsDomain' | 'httpsPort'>,
  warnings: readonly string[] = [],
): ServiceAnswer => ({
  id: service.id,
  name: service.name,
  team_id: service.team_id,
  user_id: service.owner.external_id ?? service.owner_id,
  username: service.owner.username,
  service_type: service.service_type,
  service_format: service.service_format,
  ...service.resources,
  additional_requirements: service.additional_requirements,
  https_redirect: service.https_redirect,
  maintenance: service.maintenance,
  domains: [...service.domains],
  status: service.observed.status,
  status_reason: service.observed.status_reason,
  url: serviceUrl(service.name, settings),
  release_id: service.release_id,
  serving_release_id: service.observed.serving_release_id,
  files_bytes: service.release?.files_bytes ?? 0,
  files_count: service.release?.files_count ?? 0,
  warnings: [...new Set([...service.observed.warnings, ...warnings])],
  generation: service.generation,
  created_at: service.created_at.toISOString(),
  updated_at: service.updated_at.toISOString(),
  published_at: service.release?.created_at.toISOString() ?? null,
})
