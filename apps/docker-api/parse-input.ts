import { invalidFields } from '@parcela/contract'
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'

export type AnyRoute = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
}

type Parsed<R, Part extends string> = R extends { [K in Part]: z.ZodType<infer T> } ? T : undefined

/** What a handler receives: only what the route's schemas let through. */
export type Input<R> = { params: Parsed<R, 'params'>; query: Parsed<R, 'query'>; body: Parsed<R, 'body'> }

/** Parameters, query and JSON body of a request, or `invalid` with what is wrong with each field. */
export const parseInput = (route: AnyRoute, request: FastifyRequest): Record<keyof Input<AnyRoute>, unknown> => ({
  params: parse(route.params, request.params),
  query: parse(route.query, request.query),
  body: parse(route.body, request.body),
})

const parse = (schema: z.ZodType | undefined, given: unknown): unknown => {
  if (!schema) return undefined
  const result = schema.safeParse(given)
  if (result.success) return result.data
  throw invalidFields(
    Object.fromEntries(result.error.issues.map(({ path, message }) => [path.join('.') || 'request', message])),
  )
}
