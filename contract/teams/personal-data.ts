import { z } from 'zod'

/** Says that it is meant: the own username, written out. */
export const eraseMeRequest = z.strictObject({ username: z.string('must be text').max(64) }).meta({ id: 'EraseMe' })
