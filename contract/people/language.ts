import { z } from 'zod'

/** The languages that the page and the mails speak. */
export const language = z.enum(['en', 'es'], 'must be en or es')
export type Language = z.infer<typeof language>
