import type { Route } from '@parcela/contract'

/** What says who somebody is, in any request. Ids stand for them, and say nothing once an account is erased. */
const everywhere = ['username', 'user_id', 'email', 'csv']
const aboutPeople = ['name']

/** The fields of a request that the trail, which nobody can change later, does not keep. */
export const isPersonal = ({ path }: Pick<Route, 'path'>, field: string): boolean =>
  everywhere.includes(field) || (/^\/(me|people)\b/.test(path) && aboutPeople.includes(field))
