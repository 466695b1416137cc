import fc, { type Arbitrary } from 'fast-check'
import { nastyTexts } from './nasty-values.ts'

/** A schema of an OpenAPI 3.1 document, as far as ours go. */
export type Schema = {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  items?: Schema
  minItems?: number
  maxItems?: number
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  propertyNames?: Schema
}

type Options = {
  resolve: (ref: string) => Schema
  /** Real values for a field of this name: ids that exist, names that are taken. */
  known: (name: string) => readonly unknown[]
}

const mostText = 60
const mostItems = 3

/** Values that a schema allows; fields whose name is known get a value that exists half of the time. */
export const arbitraryOf = (schema: Schema, options: Options, name = ''): Arbitrary<unknown> => {
  const known = options.known(name)
  const made = makeArbitrary(schema, options, name)
  return known.length === 0 ? made : fc.oneof(made, fc.constantFrom(...known))
}

const makeArbitrary = (schema: Schema, options: Options, name: string): Arbitrary<unknown> => {
  if (schema.$ref) return makeArbitrary(options.resolve(schema.$ref), options, name)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if ('const' in schema) return fc.constant(schema.const)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map(choice => arbitraryOf(choice, options, name)))
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map(type => makeArbitrary({ ...schema, type }, options, name)))
  return byType[schema.type ?? '']?.(schema, options) ?? fc.jsonValue({ maxDepth: 2 })
}

const byType: Record<string, (schema: Schema, options: Options) => Arbitrary<unknown>> = {
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  integer: schema => fc.integer(boundsOf(schema)),
  number: schema => {
    const { min, max } = boundsOf(schema)
    return fc.double({ min, max, noNaN: true, noDefaultInfinity: true })
  },
  string: schema => textOf(schema),
  array: ({ items, minItems = 0, maxItems = mostItems }, options) =>
    fc.array(arbitraryOf(items ?? {}, options), {
      minLength: minItems,
      maxLength: Math.max(minItems, Math.min(maxItems, mostItems)),
    }),
  object: ({ properties = {}, required = [], additionalProperties, propertyNames }, options) => {
    const fields = Object.fromEntries(
      Object.entries(properties).map(([field, member]) => [field, arbitraryOf(member, options, field)]),
    )
    const known = fc.record(fields, { requiredKeys: required.filter(field => field in fields) })
    if (typeof additionalProperties !== 'object') return known
    const names = propertyNames
      ? (arbitraryOf(propertyNames, options) as Arbitrary<string>)
      : fc.string({ minLength: 1, maxLength: 12 })
    const others = fc.dictionary(names, arbitraryOf(additionalProperties, options), { maxKeys: mostItems })
    return fc.tuple(known, others).map(([one, other]) => ({ ...other, ...one }))
  },
}

const boundsOf = ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): { min: number; max: number } => {
  const least = minimum ?? (exclusiveMinimum === undefined ? -100 : exclusiveMinimum + 1)
  const most = maximum ?? (exclusiveMaximum === undefined ? 2 ** 31 : exclusiveMaximum - 1)
  return { min: Math.max(least, -(2 ** 31)), max: Math.max(Math.min(most, 2 ** 31 - 1), least) }
}

const formats: Record<string, Arbitrary<string>> = {
  email: fc.emailAddress(),
  uri: fc.webUrl(),
  uuid: fc.uuid(),
  'date-time': fc
    .date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map(date => date.toISOString()),
}

const textOf = ({ format, pattern, minLength = 0, maxLength = mostText }: Schema): Arbitrary<string> => {
  const most = Math.max(minLength, Math.min(maxLength, mostText))
  if (format && formats[format]) return formats[format]
  // Look-around cannot be generated from; such fields get any text.
  if (pattern && !/\(\?[=!<]/.test(pattern)) return fc.stringMatching(new RegExp(pattern))
  const plain = fc.string({ minLength, maxLength: most, unit: 'grapheme' })
  const nasty = nastyTexts.filter(text => text.length >= minLength && text.length <= maxLength)
  return fc.oneof(
    { weight: 3, arbitrary: plain },
    { weight: 1, arbitrary: fc.constantFrom('x', ...nasty).filter(text => text.length >= minLength) },
  )
}
