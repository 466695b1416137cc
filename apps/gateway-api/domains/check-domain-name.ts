import { type DomainName, domainName, invalidFields } from '@parcela/contract'
import { getPublicSuffix } from 'tldts'
import type { GatewaySettings } from '../settings.ts'

/**
 * A name that somebody wants their service to answer at. Throws `invalid` about `field` for what is no domain, for the platform's own names and
 * for names that belong to everybody below them, such as `co.uk`.
 */
export const checkDomainName = (
  text: string,
  settings: Pick<GatewaySettings, 'panelUrl' | 'appsDomain'>,
  field = 'name',
): DomainName => {
  const domain = parseDomainName(text, field)
  const own = [new URL(settings.panelUrl).hostname, settings.appsDomain]
  if (own.some(platform => domain.name === platform || domain.name.endsWith(`.${platform}`))) {
    throw invalidFields({
      [field]: `is the platform's own; services have their names below ${settings.appsDomain} already`,
    })
  }
  if (getPublicSuffix(domain.name, { allowPrivateDomains: true }) === domain.name) {
    throw invalidFields({ [field]: 'is a public suffix: others have their domains below it; add one of those' })
  }
  return domain
}

/** The form of a name alone: enough to ask for one that is there already. */
export const parseDomainName = (text: string, field = 'name'): DomainName => {
  const parsed = domainName.safeParse(text)
  if (parsed.success) return parsed.data
  throw invalidFields({ [field]: parsed.error.issues[0]?.message ?? 'is not a domain name' })
}
