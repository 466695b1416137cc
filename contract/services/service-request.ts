import { z } from 'zod'
import { serviceName } from './service-name.ts'

/** Where a service runs: `docker` is a container, `vm` a virtual machine. */
export const serviceType = z.enum(['docker', 'vm'], {
  error: 'must be "docker" (a container) or "vm" (a virtual machine)',
})
export type ServiceType = z.infer<typeof serviceType>

/** The largest resources any installation can be asked for; a format or a quota may allow less. */
export const resourceLimits = {
  storage_gb: { minimum: 1, maximum: 16_384 },
  ram_mb: { minimum: 16, maximum: 4_194_304 },
  cpus: { minimum: 0.1, maximum: 256 },
} as const

/** Disk for the service's own files, in GiB (2^30 bytes). */
export const storageGb = z
  .int('must be a whole number of GiB')
  .min(resourceLimits.storage_gb.minimum, 'must be at least 1 GiB')
  .max(resourceLimits.storage_gb.maximum, 'must be at most 16384 GiB')
/** Memory in MiB; the service gets no swap beyond it. */
export const ramMb = z
  .int('must be a whole number of MiB')
  .min(resourceLimits.ram_mb.minimum, 'must be at least 16 MiB')
  .max(resourceLimits.ram_mb.maximum, 'must be at most 4194304 MiB')
/** Processor share: 0.5 is half a core. */
export const cpus = z
  .number('must be a number of cores, such as 0.5')
  .min(resourceLimits.cpus.minimum, 'must be at least 0.1')
  .max(resourceLimits.cpus.maximum, 'must be at most 256')

/** What a format asks for besides; each format of the catalog has its own schema for it. */
export const additionalRequirements = z.record(z.string(), z.unknown(), { error: 'must be an object, such as {}' })

/** The request for a new service: the seed's JSON document. Unknown fields are refused, so that a typing error is never ignored. */
export const createServiceRequest = z
  .strictObject({
    /** The person's id in the system that knows them (a school's student number). Must be the caller's own, unless an administrator acts for somebody. */
    user_id: z.string('must be text').min(1).max(128).optional(),
    /** The person's username; the same rule. */
    username: z.string('must be text').min(1).max(64).optional(),
    name: serviceName.optional(),
    /** The team that it is for; the owner's own when left out. */
    team_id: z.string('must be text').min(1).max(64).optional(),
    service_type: serviceType,
    /** A folder of the catalog, such as `web`. */
    service_format: z.string('must be text').min(1).max(64),
    storage_gb: storageGb,
    ram_mb: ramMb,
    cpus: cpus.optional(),
    additional_requirements: additionalRequirements.default({}),
    /** Whether plain HTTP is sent on to HTTPS; it is, unless this is false. */
    https_redirect: z.boolean('must be true or false').optional(),
  })
  .meta({ id: 'CreateService' })
export type CreateServiceRequest = z.infer<typeof createServiceRequest>

/** A change of resources or settings; what is left out stays as it is. */
export const updateServiceRequest = z
  .strictObject({
    storage_gb: storageGb.optional(),
    ram_mb: ramMb.optional(),
    cpus: cpus.optional(),
    additional_requirements: additionalRequirements.optional(),
    https_redirect: z.boolean('must be true or false').optional(),
    /** Visitors get a page that says that the site is being worked on. */
    maintenance: z.boolean('must be true or false').optional(),
  })
  .refine(change => Object.keys(change).length > 0, 'has nothing to change in it')
  .meta({ id: 'UpdateService' })
export type UpdateServiceRequest = z.infer<typeof updateServiceRequest>

export const serviceAction = z.enum(['start', 'stop', 'restart'])
export type ServiceAction = z.infer<typeof serviceAction>
