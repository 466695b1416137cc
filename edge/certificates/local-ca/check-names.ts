import { AppError } from '@parcela/contract'

const hostName = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/
const dottedNumbers = /^[\d.]+$/

export const isHostName = (name: string): boolean =>
  hostName.test(name) &&
  !dottedNumbers.test(name) &&
  name.length <= 253 &&
  name.split('.').every(label => label.length <= 63)

/** Throws `rejected` for names that the local CA does not sign: what clients would refuse must not be handed out. */
export const checkNames = (names: readonly string[], domains: readonly string[]): void => {
  if (names.length === 0) throw new AppError('rejected', 'The local CA was asked for a certificate without names')
  for (const name of names) {
    if (!isHostName(name))
      throw new AppError(
        'rejected',
        `The local CA does not sign "${name.slice(0, 80)}": it is not a lower-case host name`,
      )
    const bare = name.startsWith('*.') ? name.slice(2) : name
    if (domains.some(domain => bare === domain || bare.endsWith(`.${domain}`))) continue
    throw new AppError('rejected', `The local CA does not sign ${name}: it lies outside ${domains.join(', ')}`)
  }
}
