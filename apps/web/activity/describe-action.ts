import type { AuditAnswer } from '@parcela/contract'
import type { TFunction } from 'i18next'

/** What was done, as the end of a sentence that begins with who did it; an action that the page has no words for, by its own name. */
export const describeAction = (action: string, t: TFunction): string => {
  const key = `activity.do_${action.replaceAll('.', '_')}`
  // Actions are the server's words, more than the types know.
  return t(key as 'activity.do_createService', { defaultValue: action })
}

/** What it was done to, in a word that people know: a name where the row holds one, else an e-mail address that was tried. */
export const objectOf = ({ actor, object_type, object_id, before, after }: AuditAnswer): string | undefined => {
  for (const fields of [after, before]) {
    for (const field of ['name', 'email', 'username', 'domain'] as const) {
      const value = fields?.[field]
      if (typeof value === 'string' && value !== '') return value
    }
  }
  if (object_id === null || (object_type === 'person' && object_id === actor?.id)) return undefined
  return object_id
}

export type FieldChange = { field: string; before: string | undefined; after: string | undefined }

/** The fields that a row tells of, before and after; pure. */
export const listChanges = ({ before, after }: Pick<AuditAnswer, 'before' | 'after'>): FieldChange[] => {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  return fields.map(field => ({ field, before: write(before?.[field]), after: write(after?.[field]) }))
}

const write = (value: unknown): string | undefined => {
  if (value === undefined) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}
