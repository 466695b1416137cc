import { z } from 'zod'
import { emailAddress } from '../accounts/email-address.ts'
import { language } from '../people/language.ts'
import { teamRole } from '../teams/team.ts'

export const createInvitationRequest = z
  .strictObject({
    team_id: z.string().max(64),
    role: teamRole,
    /** Bound to this address: nobody else can accept it. Null for whoever holds the link. */
    email: emailAddress.nullable().default(null),
    language: language.default('en').describe('The language of the mail'),
  })
  .meta({ id: 'CreateInvitation' })

export const importInvitationsRequest = z
  .strictObject({
    team_id: z.string().max(64),
    /** Of the rows that name no role of their own. */
    role: teamRole,
    csv: z
      .string()
      .min(1, 'is empty')
      .max(200_000, 'must have at most 200,000 characters')
      .describe('One e-mail address per line, or columns email and role under a first line with their names'),
    language: language.default('en').describe('The language of the mails'),
  })
  .meta({ id: 'ImportInvitations' })

export const invitationAnswer = z
  .object({
    id: z.string(),
    team_id: z.string(),
    role: teamRole,
    email: z.string().nullable(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Invitation' })
export type InvitationAnswer = z.infer<typeof invitationAnswer>

/** The only answer that holds the link, which can be handed over where no mail is sent. */
export const createdInvitationAnswer = invitationAnswer
  .extend({ link: z.url(), mail: z.enum(['sent', 'failed', 'off']) })
  .meta({ id: 'CreatedInvitation' })
export type CreatedInvitationAnswer = z.infer<typeof createdInvitationAnswer>

export const invitationList = z
  .object({ items: z.array(invitationAnswer), next: z.null() })
  .meta({ id: 'InvitationList' })
export const createdInvitationList = z
  .object({ items: z.array(createdInvitationAnswer), next: z.null() })
  .meta({ id: 'CreatedInvitationList' })

export const invitationToken = z.string().regex(/^[\w-]{43}$/, 'is not the token of an invitation; copy the whole link')
export const invitationTokenRequest = z.strictObject({ token: invitationToken }).meta({ id: 'InvitationToken' })

/** What the holder of a link sees before they accept. */
export const invitationViewAnswer = z
  .object({
    team_name: z.string(),
    role: teamRole,
    email: z.string().nullable(),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'InvitationView' })
export type InvitationViewAnswer = z.infer<typeof invitationViewAnswer>

export const acceptedInvitationAnswer = z
  .object({ team_id: z.string(), role: teamRole })
  .meta({ id: 'AcceptedInvitation' })
