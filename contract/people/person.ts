import { z } from 'zod'
import { emailAddress } from '../accounts/email-address.ts'
import { passwordLength } from '../accounts/password-length.ts'
import { language } from './language.ts'

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
    /** Null until they chose one. */
    language: language.nullable(),
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
    email: emailAddress.optional(),
    name: z.string().min(1).max(128).optional(),
    /** With an e-mail address and a password the person can sign in at once. */
    password: z
      .string()
      .min(passwordLength.minimum, `must have at least ${passwordLength.minimum} characters`)
      .max(passwordLength.maximum, `must have at most ${passwordLength.maximum} characters`)
      .optional(),
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

const personName = z
  .string()
  .trim()
  .min(1, 'must have at least 1 character')
  .max(128, 'must have at most 128 characters')

/** What everybody may change of themselves; what is left out stays. */
export const updateMeRequest = z
  .strictObject({ name: personName.optional(), language: language.optional() })
  .meta({ id: 'UpdateMe' })

/** What an administrator may change of somebody. Who is disabled can neither sign in nor use a key; nothing of theirs is deleted. */
export const updatePersonRequest = z
  .strictObject({ is_administrator: z.boolean().optional(), disabled: z.boolean().optional() })
  .meta({ id: 'UpdatePerson' })

/** A person as administrators see them. */
export const personDetails = personAnswer
  .extend({
    name: z.string(),
    is_administrator: z.boolean(),
    disabled: z.boolean(),
    /** Whether there is an account to sign in with. */
    can_sign_in: z.boolean(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'PersonDetails' })
export type PersonDetails = z.infer<typeof personDetails>

export const personList = z
  .object({ items: z.array(personDetails), next: z.string().nullable() })
  .meta({ id: 'PersonList' })

export const resetLinkRequest = z
  .strictObject({
    remove_second_factor: z
      .boolean()
      .default(false)
      .describe('Also removes the second factor at once, for somebody who lost it'),
  })
  .meta({ id: 'ResetLinkRequest' })

/** A link that sets a new password, once. Whoever has it has the account: hand it over in person. */
export const resetLinkAnswer = z.object({ link: z.url(), expires_at: z.iso.datetime() }).meta({ id: 'ResetLink' })
export type ResetLinkAnswer = z.infer<typeof resetLinkAnswer>
