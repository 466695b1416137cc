import { type CreateServiceRequest, createServiceRequest } from '@parcela/contract'
import type { Resources } from '../resources/named-sizes.ts'

type Checked =
  | { request: CreateServiceRequest; problems?: never }
  | { request?: never /** Field -> the contract's sentence about it. */; problems: Record<string, string> }

/** The request that a filled-in form makes, or what the contract says against its fields; pure. */
export const checkRequest = (form: {
  name: string
  team_id: string
  service_format: string
  resources: Resources
}): Checked => {
  const checked = createServiceRequest.safeParse({
    name: form.name,
    team_id: form.team_id,
    service_type: 'docker',
    service_format: form.service_format,
    ...form.resources,
  })
  if (checked.success) return { request: checked.data }
  const problems: Record<string, string> = {}
  for (const issue of checked.error.issues) problems[String(issue.path[0])] ??= issue.message
  return { problems }
}
