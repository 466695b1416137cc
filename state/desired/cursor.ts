import { invalidFields } from '@parcela/contract'

/** Where the next page begins, as text that says nothing to its reader. */
export const toCursor = (position: string): string => Buffer.from(position).toString('base64url')

/** Throws `invalid` for what `toCursor` did not make. */
export const parseCursor = (cursor: string, form: RegExp): string => {
  const position = Buffer.from(cursor, 'base64url').toString()
  if (form.test(position) && toCursor(position) === cursor) return position
  throw invalidFields({ cursor: 'is not one that a page before answered as `next`; leave it out to begin again' })
}
