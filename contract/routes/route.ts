import type { z } from 'zod'

/** What a caller must be allowed to do; `public` is the sign-in page's own world and must be chosen on purpose. */
export type Permission =
  | 'public'
  | 'self:read'
  | 'self:manage'
  | 'service:read'
  | 'service:create'
  | 'service:deploy'
  | 'service:manage'
  | 'service:delete'
  | 'service:move'
  | 'team:read'
  | 'team:manage'
  | 'platform:approve'
  | 'platform:admin'

/** One call of an API: everything that validation, documentation, authorisation and clients need to know about it. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{name}` for parameters, as OpenAPI writes them. */
  path: string
  summary: string
  description?: string
  permission: Permission
  params?: z.ZodObject
  query?: z.ZodObject
  headers?: z.ZodObject
  /** The JSON body. */
  body?: z.ZodType
  /** Other content types that are accepted, each with a sentence of what is in it. */
  bodyTypes?: Record<string, string>
  /** Status -> schema of the JSON answer; null for an answer without body. */
  answers: Record<number, z.ZodType | null>
  /** The content type of a success that is not JSON. */
  answerType?: string
}

/** Declares a route; a route without a permission does not compile. */
export const defineRoute = <const R extends Route>(route: R): R => route
