import type { RecordSet } from '@parcela/core'
import { type FoundSets, type RecordType, recordTypes } from './zone-text.ts'

/*
 * What is ours on a server that others write to. Beside a name lies a TXT mark: `parcela=<owner>`, and `type=A` for each type of record there
 * that is ours. Validations have a mark of their own, one text for each: `parcela=<owner> until=<seconds since 1970> text=<the validation>`.
 * Only what a mark names is ever changed or removed.
 */
const recordMark = '_parcela-owner.'
const wildcardMark = '_parcela-owner-wildcard.'
const validationMark = '_parcela-validation.'

/** `*.a` has its mark beside the `*`: below it, some servers would not take it. */
export const recordMarkOf = (name: string): string =>
  name.startsWith('*.') ? `${wildcardMark}${name.slice(2)}` : `${recordMark}${name}`
export const validationMarkOf = (name: string): string => `${validationMark}${name}`

/** The name that a mark stands beside; undefined for what is no mark. */
export const markedName = (mark: string): string | undefined => {
  if (mark.startsWith(recordMark)) return mark.slice(recordMark.length)
  if (mark.startsWith(wildcardMark)) return `*.${mark.slice(wildcardMark.length)}`
  return mark.startsWith(validationMark) ? mark.slice(validationMark.length) : undefined
}

export const renderRecordMark = (ownerId: string, types: readonly RecordType[]): string[] => [
  `parcela=${ownerId}`,
  ...types.toSorted().map(type => `type=${type}`),
]
export const renderValidationMark = (ownerId: string, { value, until }: { value: string; until: number }): string =>
  `parcela=${ownerId} until=${until} text=${value}`

export type Validation = { value: string; until: number; mark: string }

/** A name as it is on the server now. */
export type NameView = {
  name: string
  owner: 'nobody' | 'us' | 'another'
  /** The mark's texts, as they are. */
  mark: readonly string[]
  /** Types of records that are ours. */
  types: readonly RecordType[]
  /** Ours of these types, without validations. */
  records: readonly RecordSet[]
  validations: readonly Validation[]
  /** TTL of the texts that are there, whoever's they are. */
  textTtl: number | undefined
}

export const viewName = (name: string, found: FoundSets, ownerId: string): NameView => {
  const mark = found.get(recordMarkOf(name))?.get('TXT')?.values ?? []
  const owner = ownerOf(mark, ownerId)
  const types = owner === 'us' ? recordTypes.filter(type => mark.includes(`type=${type}`)) : []
  const validations = (found.get(validationMarkOf(name))?.get('TXT')?.values ?? []).flatMap(text =>
    parseValidationMark(text, ownerId),
  )
  const sets = found.get(name)
  const records = types.flatMap(type => {
    const set = sets?.get(type)
    if (!set) return []
    const isValidation = (value: string) => type === 'TXT' && validations.some(each => each.value === value)
    const values = set.values.filter(value => !isValidation(value))
    return values.length === 0 ? [] : [{ ...set, values }]
  })
  return { name, owner, mark, types, records, validations, textTtl: sets?.get('TXT')?.ttl }
}

const ownerOf = (mark: readonly string[], ownerId: string): NameView['owner'] => {
  if (mark.includes(`parcela=${ownerId}`)) return 'us'
  return mark.length === 0 ? 'nobody' : 'another'
}

const parseValidationMark = (mark: string, ownerId: string): Validation[] => {
  const [, owner, until, value] = /^parcela=(\S+) until=(\d+) text=([\s\S]+)$/.exec(mark) ?? []
  return owner === ownerId && until !== undefined && value !== undefined ? [{ value, until: Number(until), mark }] : []
}
