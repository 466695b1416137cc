import type { Route } from '@parcela/contract'
import { z } from 'zod'

type Node = {
  writeOnly?: boolean
  format?: string
  properties?: Record<string, Node>
  items?: Node | boolean
  anyOf?: Node[]
  oneOf?: Node[]
  allOf?: Node[]
}

/** The fields of a route's body that are sent and never answered: `writeOnly` or `format: password`, in OpenAPI's words. Dotted paths. */
export const secretFields = ({ body }: Pick<Route, 'body'>): ReadonlySet<string> => {
  const found = new Set<string>()
  if (body) collect(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Node, [], found)
  return found
}

const collect = (node: Node, path: readonly string[], found: Set<string>): void => {
  if (node.writeOnly === true || node.format === 'password') found.add(path.join('.'))
  for (const [name, member] of Object.entries(node.properties ?? {})) collect(member, [...path, name], found)
  if (typeof node.items === 'object') collect(node.items, path, found)
  for (const one of [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])]) collect(one, path, found)
}
