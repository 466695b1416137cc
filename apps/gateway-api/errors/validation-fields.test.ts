import { expect, test } from 'vitest'
import { z } from 'zod'
import { toInvalid } from './validation-fields.ts'

const shape = z.strictObject({
  lines: z.coerce.number().min(1).max(200).optional(),
  size: z.int().min(0).optional(),
  kind: z.enum(['build', 'runtime']).optional(),
  name: z.string().optional(),
})

const fieldsOf = (sent: unknown): unknown => {
  const parsed = shape.safeParse(sent)
  return parsed.success ? undefined : toInvalid(parsed.error.issues).details?.fields
}

test.each([
  [{ lines: '0' }, 'lines', 'must be at least 1'],
  [{ lines: '1000' }, 'lines', 'must be at most 200'],
  [{ lines: 'many' }, 'lines', 'must be a number'],
  [{ size: -1 }, 'size', 'must be at least 0'],
  [{ size: 2 ** 60 }, 'size', 'must be at most 9007199254740991'],
  [{ kind: 'x' }, 'kind', 'must be one of "build"|"runtime"'],
  [{ name: 5 }, 'name', 'must be of type string, not number'],
  [{ nmae: 'x' }, 'nmae', 'there is no such field; check the spelling'],
  [[], 'request', 'must be of type object, not array'],
])('%j: %s %s', (sent, field, problem) => {
  expect(fieldsOf(sent)).toEqual({ [field]: problem })
})
