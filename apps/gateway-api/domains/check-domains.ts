import { invalidFields } from '@parcela/contract'
import { z } from 'zod'
import type { GatewaySettings } from '../settings.ts'
import { checkDomainName } from './check-domain-name.ts'

const field = 'additional_requirements.domains'
const most = 100
const domainList = z
  .array(z.string('must be text'), 'must be a list of names, such as ["www.example.org"]')
  .max(most, `must be at most ${most} names`)

/** The custom domains of a whole request, in DNS form, each once; undefined where it says nothing of them. */
export const checkDomains = (
  asked: unknown,
  settings: Pick<GatewaySettings, 'panelUrl' | 'appsDomain'>,
): string[] | undefined => {
  if (asked === undefined) return undefined
  const parsed = domainList.safeParse(asked)
  if (!parsed.success) {
    const { path = [], message = 'is not valid' } = parsed.error.issues[0] ?? {}
    throw invalidFields({ [[field, ...path].join('.')]: message })
  }
  return [...new Set(parsed.data.map((text, index) => checkDomainName(text, settings, `${field}.${index}`).name))]
}
