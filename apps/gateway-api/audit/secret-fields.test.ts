import { expect, test } from 'vitest'
import { z } from 'zod'
import { secretFields } from './secret-fields.ts'

test('a schema names its own secrets', () => {
  const body = z.object({
    plain: z.string(),
    word: z.string().meta({ writeOnly: true }),
    list: z.array(z.object({ phrase: z.string().meta({ format: 'password' }).optional() })),
    either: z.union([z.object({ x: z.string().meta({ writeOnly: true }) }), z.string()]),
  })
  expect([...secretFields({ body })].sort()).toEqual(['either.x', 'list.phrase', 'word'])
  expect(secretFields({}).size).toBe(0)
})
