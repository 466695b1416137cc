import { isDeepStrictEqual } from 'node:util'

type Fields = Record<string, unknown>

/** The fields that differ, as they were and as they are; objects inside are compared field by field. Null where nothing differs. */
export const changedFields = (before: Fields, after: Fields): { before: Fields; after: Fields } | null => {
  const was: [string, unknown][] = []
  const is: [string, unknown][] = []
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [one, other] = [before[name], after[name]]
    if (isDeepStrictEqual(one, other)) continue
    const inside = isFields(one) && isFields(other) ? changedFields(one, other) : null
    was.push([name, inside ? inside.before : (one ?? null)])
    is.push([name, inside ? inside.after : (other ?? null)])
  }
  return was.length === 0 ? null : { before: Object.fromEntries(was), after: Object.fromEntries(is) }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
