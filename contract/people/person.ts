import { z } from 'zod'

/** A username as the seed's JSON carries it (`usuario_ejemplo`). */
export const username = z
  .string()
  .min(2, 'must have at least 2 characters')
  .max(64, 'must have at most 64 characters')
  .regex(
    /^[a-z0-9][a-z0-9._-]*$/,
    'may hold the letters a-z, digits, dots, hyphens and underscores, and begins with a letter or digit',
  )

/** Who is asking: the answer of GET /me. */
export const meAnswer = z
  .object({
    id: z.string(),
    user_id: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    name: z.string(),
    team_id: z.string(),
    is_administrator: z.boolean(),
    /** What the page needs to know about this installation. */
    platform: z.object({
      apps_domain: z.string(),
      /** `https://{name}.apps.localhost:8443`: where a service of that name answers. */
      url_template: z.string(),
      upload_limit_bytes: z.int(),
      upload_limit_files: z.int(),
    }),
  })
  .meta({ id: 'Me' })
export type MeAnswer = z.infer<typeof meAnswer>

/** An administrator makes a person known before they have signed in, so that services can be asked for in their name. */
export const createPersonRequest = z
  .strictObject({
    user_id: z.string().min(1).max(128).optional(),
    username,
    email: z.email().optional(),
    name: z.string().min(1).max(128).optional(),
    /** With an e-mail address and a password the person can sign in at once. */
    password: z.string().min(12, 'must have at least 12 characters').max(256).optional(),
  })
  .refine(person => person.password === undefined || person.email !== undefined, {
    message: 'is needed to sign in with a password',
    path: ['email'],
  })
  .meta({ id: 'CreatePerson' })

export const personAnswer = z
  .object({
    id: z.string(),
    user_id: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    team_id: z.string(),
  })
  .meta({ id: 'Person' })
