import fc, { type Arbitrary } from 'fast-check'
import { brokenBodies, nastyTexts, nastyValues } from './nasty-values.ts'
import { arbitraryOf, type Schema } from './schema-arbitrary.ts'

export type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

type Content = Record<string, { schema?: Schema }>

export type Operation = {
  operationId: string
  parameters?: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }[]
  requestBody?: { content: Content }
  responses: Record<string, { content?: Content }>
}

/** One request, as it goes over the wire. */
export type Shot = {
  method: string
  path: string
  headers: Record<string, string>
  body?: string | Buffer
  /** Whether it is as the document says, or broken on purpose. */
  kind: 'valid' | 'broken'
}

/** Values that exist, by the name of the field or parameter; `{id}` is told apart by what its path begins with. */
export type Known = Record<string, readonly unknown[]>

export type Target = { method: string; template: string; operation: Operation }

export const listTargets = ({ paths }: Document): Target[] =>
  Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), template, operation })),
  )

/** Bodies that are understood, by operation: what is generated from a schema alone seldom is, where fields depend on each other. */
export type Examples = Record<string, readonly unknown[]>

/** Requests for one operation: mostly as the document says, otherwise broken in one place. */
export const shotsFor = (
  document: Document,
  target: Target,
  { known, examples }: { known: Known; examples: Examples },
): Arbitrary<Shot> => {
  const resolve = (ref: string): Schema => document.components.schemas[ref.split('/').at(-1) ?? ''] ?? {}
  const knownOf = (name: string): readonly unknown[] =>
    known[name === 'id' ? `${target.template.split('/')[3]}.id` : name] ?? []
  const anyOf = (schema: Schema, name: string) => arbitraryOf(schema, { resolve, known: knownOf }, name)
  const { operation } = target
  const parameters = operation.parameters ?? []

  const validParameters = fc.record(
    Object.fromEntries(parameters.map(({ name, schema }) => [name, anyOf(schema, name)])),
    { requiredKeys: parameters.filter(one => one.in === 'path').map(({ name }) => name) },
  )
  const nastyParameters = fc
    .tuple(validParameters, fc.constantFrom('', ...parameters.map(({ name }) => name)), fc.constantFrom(...nastyTexts))
    .map(([given, name, text]) => ({ ...given, [name === '' ? 'no_such_parameter' : name]: text }))

  const schema = operation.requestBody?.content['application/json']?.schema
  const understood = examples[operation.operationId] ?? []
  const generated = schema ? anyOf(schema, '') : fc.constant(undefined)
  const documents = understood.length > 0 ? fc.oneof(generated, fc.constantFrom(...understood)) : generated
  const bytes = operation.requestBody?.content['application/octet-stream']
  const json = bytes ? fc.constantFrom(...contents) : documents.map(value => jsonBody(value))
  const wrong = fc.oneof(
    fc
      .tuple(documents, fc.nat(), fc.constantFrom(...nastyValues))
      .map(([value, place, nasty]) => jsonBody(replaceOne(value, place, nasty))),
    fc.constantFrom(...brokenBodies).map(({ type, body }) => ({ type, body })),
  )
  const shoot =
    (kind: Shot['kind']) =>
    ([given, sent]: [Record<string, unknown>, Sent]): Shot =>
      toShot(target, { given, sent, kind })
  return fc.oneof(
    { weight: 3, arbitrary: fc.tuple(validParameters, json).map(shoot('valid')) },
    { weight: 1, arbitrary: fc.tuple(nastyParameters, json).map(shoot('broken')) },
    ...(operation.requestBody || target.method !== 'GET'
      ? [{ weight: 2, arbitrary: fc.tuple(validParameters, wrong).map(shoot('broken')) }]
      : []),
  )
}

type Sent = { type: string; body: string | Buffer } | undefined

const contents: Sent[] = ['hello', '', 'other'].map(body => ({ type: 'application/octet-stream', body }))

const jsonBody = (value: unknown): Sent =>
  value === undefined ? undefined : { type: 'application/json', body: JSON.stringify(value) }

/** The value with something else in one of its places, a field or the whole. */
const replaceOne = (value: unknown, place: number, nasty: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return nasty
  const names = [...Object.keys(value), 'no_such_field']
  const name = names[place % (names.length + 1)]
  if (name === undefined) return nasty
  const inside = (value as Record<string, unknown>)[name]
  const next = typeof inside === 'object' && place % 3 === 0 ? replaceOne(inside, Math.floor(place / 3), nasty) : nasty
  return { ...value, [name]: next }
}

const toShot = (
  { method, template, operation }: Target,
  { given, sent, kind }: { given: Record<string, unknown>; sent: Sent; kind: Shot['kind'] },
): Shot => {
  const places = new Map((operation.parameters ?? []).map(one => [one.name, one.in]))
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encode(given[name] ?? 'x') || '%20')
  const query = Object.entries(given)
    .filter(([name, value]) => (places.get(name) ?? 'query') === 'query' && value !== undefined)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
  const headers = Object.entries(given)
    .filter(([name]) => places.get(name) === 'header')
    // What cannot be in a header never leaves a client.
    .map(([name, value]) => [name, String(value).replaceAll(/[^\x20-\x7e]/g, '?')])
  return {
    method,
    path: query.length > 0 ? `${path}?${query.join('&')}` : path,
    headers: { ...Object.fromEntries(headers), ...(sent?.type ? { 'content-type': sent.type } : {}) },
    ...(sent ? { body: sent.body } : {}),
    kind,
  }
}

const encode = (value: unknown): string => encodeURIComponent(String(value).toWellFormed())
