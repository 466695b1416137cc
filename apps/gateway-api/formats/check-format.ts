import { type FormatManifest, invalidFields, type ServiceType } from '@parcela/contract'
import type { Resources } from '@parcela/core'
import { toInvalid } from '../errors/validation-fields.ts'

type Catalog = ReadonlyMap<string, FormatManifest>

/** The format that a request names; `invalid` with the known ones when there is no such format of that type. */
export const findFormat = (
  catalog: Catalog,
  asked: { service_type: ServiceType; service_format: string },
): FormatManifest => {
  const offered = [...catalog.values()].filter(format => format.service_type === asked.service_type)
  if (offered.length === 0) {
    const kind = asked.service_type === 'vm' ? 'machine' : 'container'
    throw invalidFields({ service_type: `no ${kind} formats are offered here yet` })
  }
  const format = offered.find(({ id }) => id === asked.service_format)
  if (format) return format
  throw invalidFields({ service_format: `there is no such format; known: ${offered.map(({ id }) => id).join(', ')}` })
}

type AskedResources = { [K in keyof Resources]?: number | undefined }

/** The resources that a request asks for, the format's own where it says nothing; `invalid` outside the format's limits. */
export const checkResources = (format: FormatManifest, asked: AskedResources): Resources => {
  const fields: Record<string, string> = {}
  const choose = (name: keyof Resources): number => {
    const limits = format.resources[name]
    const value = asked[name] ?? limits.default
    if (value < limits.minimum) fields[name] = `must be at least ${limits.minimum} ${units[name]} for this format`
    if (value > limits.maximum) fields[name] = `must be at most ${limits.maximum} ${units[name]} for this format`
    return value
  }
  const resources = { storage_gb: choose('storage_gb'), ram_mb: choose('ram_mb'), cpus: choose('cpus') }
  if (Object.keys(fields).length > 0) throw invalidFields(fields)
  return resources
}

const units: Record<keyof Resources, string> = { storage_gb: 'GiB', ram_mb: 'MiB', cpus: 'cores' }

/**
 * The additional requirements as the format's schema says; `upload_id` is taken out, it is nobody's setting, and so are the `domains` of a
 * container, which are kept apart and still to be checked.
 */
export const checkRequirements = (
  format: FormatManifest,
  { upload_id, ...given }: Record<string, unknown>,
): { requirements: Record<string, unknown>; upload_id: string | undefined; domains: unknown } => {
  const { domains, ...rest } = given
  const asked = format.service_type === 'docker' ? rest : given
  const parsed = format.requirements.safeParse(asked)
  if (!parsed.success) throw toInvalid(parsed.error.issues.map(toProblem), ['additional_requirements'])
  if (upload_id !== undefined && (typeof upload_id !== 'string' || upload_id === '')) {
    throw invalidFields({ 'additional_requirements.upload_id': 'must be the id that POST /uploads answered' })
  }
  return { requirements: parsed.data, upload_id, domains: format.service_type === 'docker' ? domains : undefined }
}

const toProblem = (issue: { path: PropertyKey[]; code: string; message: string; keys?: string[] }) => issue
