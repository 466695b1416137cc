import { AppError } from '@parcela/contract'
import { type Challenge, isDomainName } from '@parcela/core'

const hostLabel = /^(?!-)[a-z0-9-]+(?<!-)$/

/** Throws `rejected` for what no authority signs, before one is asked and counts it; `invalid` for a wildcard by HTTP. */
export const checkNames = (names: readonly string[], challenge: Challenge): void => {
  if (names.length === 0) throw refuse('A certificate was asked for without names')
  for (const name of names) {
    const labels = (name.startsWith('*.') ? name.slice(2) : name).split('.')
    if (!isDomainName(name) || !labels.every(label => hostLabel.test(label)) || labels.every(isNumber))
      throw refuse(`No certificate can be had for "${name.slice(0, 80)}": it is not a lower-case host name`)
    if (labels.length < 2)
      throw refuse(
        `No public authority signs ${name}: it has a single label. Use the local CA for it, or a domain of yours`,
      )
    if (name.startsWith('*.') && challenge === 'http')
      throw new AppError(
        'invalid',
        `A wildcard such as ${name} needs the challenge by DNS: authorities sign none by HTTP`,
      )
  }
}

const isNumber = (label: string): boolean => /^\d+$/.test(label)

const refuse = (message: string): AppError => new AppError('rejected', message, { details: { reason: 'name_refused' } })
