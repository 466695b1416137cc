import { AppError, type CreatedInvitationAnswer, type Language } from '@parcela/contract'
import type { Invitation } from '@parcela/core'
import type { Log } from '@parcela/kit'
import type { Mailer } from '../mail/create-mailer.ts'
import { renderInvitation } from '../mail/render-mails.ts'

export type MadeInvitation = { invitation: Invitation; link: string }
type MailOutcome = CreatedInvitationAnswer['mail']

/**
 * Mails the invitations, and says of each what became of its mail. A mail server that does not answer is not asked for the rest of a class: the
 * links are in the answer.
 */
export const sendInvitations = async (
  { mailer, log }: { mailer: Mailer | undefined; log: Log },
  made: readonly MadeInvitation[],
  language: Language,
): Promise<MailOutcome[]> => {
  let isDown = false
  const sendOne = async ({ invitation, link }: MadeInvitation): Promise<MailOutcome> => {
    const { email } = invitation
    if (!mailer || email === null) return 'off'
    if (isDown) return 'failed'
    try {
      await mailer.send(renderInvitation({ to: email, language, link }, invitation))
      return 'sent'
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      isDown = true
      log.warn({ part: 'mail', err: error.cause, invitation: invitation.id }, 'an invitation was not mailed')
      return 'failed'
    }
  }
  const outcomes: MailOutcome[] = []
  for (const one of made) outcomes.push(await sendOne(one))
  return outcomes
}
