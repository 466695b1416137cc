import { changedFields } from './changed-fields.ts'
import { maskSecrets } from './mask-secrets.ts'

type Fields = Record<string, unknown>

export type Change = {
  /** The parts of the request. */
  params: Fields
  query: Fields
  body: unknown
  /** The object as it was and as it is, where that can be read. */
  was: Fields | undefined
  is: Fields | undefined
  /** Whether the object is there no more. */
  isRemoved: boolean
  isSecret: (path: string) => boolean
}

/** What a request changed, without secrets: the fields that differ; where the object cannot be read, what was asked for. */
export const describeChange = ({
  params,
  query,
  body,
  was,
  is,
  isRemoved,
  isSecret,
}: Change): { before: Fields | null; after: Fields | null } => {
  const { id: _, ...words } = { ...params, ...query }
  const changed = was && is ? changedFields(was, is) : null
  const asked = isFields(body) && !changed ? body : {}
  const masked = (fields: Fields) => notEmpty(bounded(maskSecrets(fields, isSecret) as Fields))
  const before = isRemoved && was ? was : changed?.before
  return { before: before ? masked(before) : null, after: masked({ ...asked, ...words, ...changed?.after }) }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const notEmpty = (fields: Fields): Fields | null => (Object.keys(fields).length > 0 ? fields : null)

const longestJson = 8_192

/** Of what is too much for a row, only the names. */
const bounded = (fields: Fields): Fields =>
  JSON.stringify(fields).length <= longestJson ? fields : { too_long: Object.keys(fields).slice(0, 50) }
