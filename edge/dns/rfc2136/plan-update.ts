import { AppError } from '@parcela/contract'
import { aliasNotAlone, type RecordSet } from '@parcela/core'
import {
  type NameView,
  recordMarkOf,
  renderRecordMark,
  renderValidationMark,
  type Validation,
  validationMarkOf,
} from './marks.ts'
import { isSameValues, type RecordType, renderValue } from './zone-text.ts'

/** One message to the server: it does all of it, or, where a prerequisite does not hold, nothing (RFC 2136, section 3). */
export type Update = {
  name: string
  zone: string
  commands: readonly string[]
  /** What it means that something is there which must not be. */
  occupied: (cause: unknown) => AppError
}

/** What is wanted of a type at a name: these records, or none. */
export type Change = { type: RecordType; wanted: RecordSet | null }

type Context = { zone: string; ownerId: string }

/** Seconds that resolvers remember a mark, and a validation where nothing else decides it. */
const markTtl = 300
const validationTtl = 10

/** The update that makes these changes at a name; undefined when they are true already. Throws where the name is somebody else's. */
export const planRecords = (view: NameView, changes: readonly Change[], context: Context): Update | undefined => {
  const removed = changes
    .filter(({ type, wanted }) => wanted === null && view.types.includes(type))
    .map(({ type }) => type)
  const written = changes.flatMap(({ wanted }) => (wanted && !isThere(view, wanted) ? [wanted] : []))
  if (removed.length + written.length === 0) return undefined
  if (view.owner === 'another') throw notOurs(view.name)

  const types = [...new Set([...view.types, ...written.map(({ type }) => type)])].filter(
    type => !removed.includes(type),
  )
  if (types.includes('CNAME') && (types.length > 1 || view.validations.length > 0)) throw aliasNotAlone(view.name)

  const mark = recordMarkOf(view.name)
  const newMark = types.length > 0 ? renderRecordMark(context.ownerId, types) : []
  return {
    name: view.name,
    zone: context.zone,
    occupied: cause => notOurs(view.name, cause),
    commands: [
      ...claim(view, written, context),
      ...removed.flatMap(type => [remove(view.name, type), ...keptTexts(view, type)]),
      ...written.flatMap(set => [remove(view.name, set.type), ...add(set), ...keptTexts(view, set.type, set.ttl)]),
      remove(mark, 'TXT'),
      ...newMark.map(text => addOne(mark, markTtl, { type: 'TXT', value: text })),
    ],
  }
}

/** Publishes the value with a mark that says when it ends; what else is at the name stays. */
export const planValidation = (
  view: NameView,
  validation: { value: string; until: number },
  { zone, ownerId }: Context,
): Update => {
  const { name } = view
  const mark = validationMarkOf(name)
  const former = view.validations.filter(({ value }) => value === validation.value)
  return {
    name,
    zone,
    occupied: () => aliasNotAlone(name),
    commands: [
      // A server passes over what it is asked to put beside an alias, and calls that success (RFC 2136, section 3.4.2.2).
      `prereq nxrrset ${name}. CNAME`,
      ...former.map(each => removeOne(mark, each.mark)),
      addOne(mark, markTtl, { type: 'TXT', value: renderValidationMark(ownerId, validation) }),
      addOne(name, view.textTtl ?? validationTtl, { type: 'TXT', value: validation.value }),
    ],
  }
}

/** Takes away validations of ours. Undefined when there are none. */
export const planValidationsEnd = (
  view: NameView,
  ended: readonly Validation[],
  { zone }: Context,
): Update | undefined => {
  if (ended.length === 0) return undefined
  const { name } = view
  const mark = validationMarkOf(name)
  return {
    name,
    zone,
    occupied: cause => notOurs(name, cause),
    commands: ended.flatMap(({ value, mark: text }) => [removeOne(mark, text), removeOne(name, value)]),
  }
}

export const notOurs = (name: string, cause?: unknown): AppError =>
  new AppError(
    'conflict',
    `The name server has records at ${name} that are not ours, or that lost their mark. Remove them there, or choose another name.`,
    { details: { reason: 'not_ours', names: [name] }, cause },
  )

const isThere = (view: NameView, { type, ttl, values }: RecordSet): boolean => {
  const found = view.records.find(set => set.type === type)
  return found !== undefined && found.ttl === ttl && isSameValues(type, found.values, values)
}

/** What must still be so when the server acts: the mark as we saw it, and nobody's records where we had none. */
const claim = (view: NameView, written: readonly RecordSet[], { zone }: Context): string[] => {
  const { name, owner } = view
  const mark = recordMarkOf(name)
  const seen =
    owner === 'us'
      ? view.mark.map(text => `prereq yxrrset ${mark}. TXT ${renderValue('TXT', text)}`)
      : [`prereq nxrrset ${mark}. TXT`]
  const isNew = owner === 'nobody' && view.validations.length === 0
  // The top of a zone always has records of its server.
  if (isNew && name !== zone) return [...seen, `prereq nxdomain ${name}.`]
  return [
    ...seen,
    ...written.filter(({ type }) => !view.types.includes(type)).flatMap(({ type }) => unclaimed(view, type)),
  ]
}

const unclaimed = ({ name, validations }: NameView, type: RecordType): string[] =>
  type === 'TXT' && validations.length > 0
    ? validations.map(({ value }) => `prereq yxrrset ${name}. TXT ${renderValue('TXT', value)}`)
    : [`prereq nxrrset ${name}. ${type}`]

/** Removing all texts of a name takes the validations along: they come back in the same message. */
const keptTexts = ({ name, validations }: NameView, type: RecordType, ttl = validationTtl): string[] =>
  type === 'TXT' ? validations.map(({ value }) => addOne(name, ttl, { type, value })) : []

const add = ({ name, type, ttl, values }: RecordSet): string[] =>
  values.map(value => addOne(name, ttl, { type, value }))

const addOne = (name: string, ttl: number, { type, value }: { type: RecordType; value: string }): string =>
  `update add ${name}. ${ttl} IN ${type} ${renderValue(type, value)}`

const remove = (name: string, type: RecordType): string => `update delete ${name}. IN ${type}`

const removeOne = (name: string, text: string): string => `update delete ${name}. IN TXT ${renderValue('TXT', text)}`
