import type { People } from '@parcela/core'
import type { BetterAuthOptions } from 'better-auth'
import { chooseLanguage } from '../mail/choose-language.ts'
import type { Mail, Mailer } from '../mail/create-mailer.ts'
import { renderReset, renderVerification } from '../mail/render-mails.ts'

type Dependencies = { mailer: Mailer | undefined; people: Pick<People, 'findByAccount'>; panelUrl: string }
type Addressee = { id: string; email: string; name: string; emailVerified: boolean }
type Render = (reader: { to: string; language: 'en' | 'es'; link: string }, name: string) => Mail

export const linkLifetimeSeconds = 3600

/**
 * Mails of the sign-in library, in the words of ours. Their links open the page, with the token behind the #: no log and no other site sees it,
 * and a scanner of mails that follows links uses nothing up.
 */
export const signInMails = (dependencies: Dependencies) => {
  const { mailer } = dependencies
  if (!mailer) return {}
  const sendReset = sender(dependencies, mailer, renderReset)
  const sendVerification = sender(dependencies, mailer, renderVerification)
  return {
    sendResetPassword: ({ user, token }, request) =>
      sendReset(user, pageLink(dependencies, 'reset-password', token), request),
    sendVerificationEmail: async ({ user, token }, request) => {
      // Who came by an invitation to the address has shown it already.
      if (!user.emailVerified) await sendVerification(user, pageLink(dependencies, 'verify-email', token), request)
    },
  } satisfies Pick<NonNullable<BetterAuthOptions['emailAndPassword']>, 'sendResetPassword'> &
    Pick<NonNullable<BetterAuthOptions['emailVerification']>, 'sendVerificationEmail'>
}

/** A page's address with the token that it needs. */
export const pageLink = ({ panelUrl }: { panelUrl: string }, page: string, token: string): string =>
  `${new URL(panelUrl).origin}/${page}#token=${token}`

const sender =
  ({ people }: Dependencies, mailer: Mailer, render: Render) =>
  async (user: Addressee, link: string, request: Request | undefined): Promise<void> => {
    const person = await people.findByAccount(user.id)
    const language = chooseLanguage(person?.language, request?.headers.get('accept-language'))
    mailer.sendLater(render({ to: user.email, language, link }, person?.name ?? user.name))
  }
