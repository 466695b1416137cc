import { z } from 'zod'
import { serviceType } from './service-request.ts'
import { serviceStatus, statusReason } from './service-status.ts'

const time = z.iso.datetime()

/** A service as the API shows it. `url` is known from the first answer on; it answers once `status` is `running`. */
export const serviceAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    team_id: z.string(),
    /** The owner's id in the system that knows them; Parcela's own id where none was given. */
    user_id: z.string(),
    username: z.string(),
    service_type: serviceType,
    service_format: z.string(),
    storage_gb: z.int(),
    ram_mb: z.int(),
    cpus: z.number(),
    additional_requirements: z.record(z.string(), z.unknown()),
    https_redirect: z.boolean(),
    maintenance: z.boolean(),
    /** The custom domains, in DNS form; GET /services/{id}/domains says how far each is. */
    domains: z.array(z.string()),
    status: serviceStatus,
    status_reason: statusReason.nullable(),
    url: z.url(),
    /** The release that was asked for last; null until something was published. */
    release_id: z.string().nullable(),
    /** The release that visitors get now. */
    serving_release_id: z.string().nullable(),
    /** Bytes of the asked-for release's files. */
    files_bytes: z.int(),
    files_count: z.int(),
    /** Things to know that did not stop the publish, such as a missing index.html. */
    warnings: z.array(z.string()),
    /** Counts every change that was asked for. */
    generation: z.int(),
    created_at: time,
    updated_at: time,
    published_at: time.nullable(),
  })
  .meta({ id: 'Service' })
export type ServiceAnswer = z.infer<typeof serviceAnswer>

export const serviceList = z
  .object({ items: z.array(serviceAnswer), next: z.string().nullable() })
  .meta({ id: 'ServiceList' })

/** Whether a name can still be had; when not, why not and one that is free. */
export const nameAnswer = z
  .object({
    name: z.string(),
    available: z.boolean(),
    url: z.url().nullable(),
    reason: z.string().nullable(),
    suggestion: z.string().nullable(),
  })
  .meta({ id: 'NameAvailability' })
export type NameAnswer = z.infer<typeof nameAnswer>
