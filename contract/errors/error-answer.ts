import { z } from 'zod'
import { errorCode } from './error-code.ts'

/** The body of every answer that is not a success. */
export const errorAnswer = z
  .object({
    error: z.object({
      code: errorCode,
      message: z.string(),
      fields: z.record(z.string(), z.string()).optional(),
      details: z.record(z.string(), z.unknown()).optional(),
      request_id: z.string(),
    }),
  })
  .meta({ id: 'Error' })

export type ErrorAnswer = z.infer<typeof errorAnswer>
