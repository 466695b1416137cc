import { z } from 'zod'
import type { AppError } from './app-error.ts'
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

/** What is told of an error: its fields by name, its other details as they are. Its cause stays here. */
export const errorAnswerOf = (error: AppError, requestId: string): ErrorAnswer => {
  const { fields, ...details } = error.details ?? {}
  return {
    error: {
      code: error.code,
      message: error.message,
      ...(fields ? { fields } : {}),
      ...(Object.keys(details).length > 0 ? { details } : {}),
      request_id: requestId,
    },
  }
}
