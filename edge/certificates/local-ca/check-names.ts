import { AppError } from '@parcela/contract'

const hostName = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/
const dottedNumbers = /^[\d.]+$/

export const isHostName = (name: string): boolean =>
  hostName.test(name) &&
  !dottedNumbers.test(name) &&
  name.length <= 253 &&
  name.split('.').every(label => label.length <= 63)

/**
 * Throws `rejected` for names that the local CA does not sign: what clients would refuse must not be handed out. Reason `outside_constraints`
 * for a name that lies outside its domains, `name_refused` for what is no host name.
 */
export const checkNames = (names: readonly string[], domains: readonly string[]): void => {
  if (names.length === 0) throw refuse('name_refused', 'The local CA was asked for a certificate without names')
  for (const name of names) {
    if (!isHostName(name))
      throw refuse(
        'name_refused',
        `The local CA does not sign "${name.slice(0, 80)}": it is not a lower-case host name`,
      )
    const bare = name.startsWith('*.') ? name.slice(2) : name
    if (domains.some(domain => bare === domain || bare.endsWith(`.${domain}`))) continue
    throw refuse(
      'outside_constraints',
      `The local CA does not sign ${name}: it may only sign for ${domains.join(', ')}. An administrator can add the domain to PARCELA_LOCAL_CA_DOMAINS, or use a public authority (PARCELA_CERTIFICATES=acme)`,
    )
  }
}

const refuse = (reason: 'name_refused' | 'outside_constraints', message: string): AppError =>
  new AppError('rejected', message, { details: { reason } })
