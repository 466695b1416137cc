import type { Language, TeamRole } from '@parcela/contract'
import type { Mail } from './create-mailer.ts'
import { mailWords } from './mail-words.ts'

type Reader = { to: string; language: Language; link: string }

/** A mail with the link that sets a new password. */
export const renderReset = ({ to, language, link }: Reader, name: string): Mail => {
  const { greeting, ignore, reset } = mailWords[language]
  return { to, subject: reset.subject, text: letter(greeting(plain(name)), reset.text, link, reset.lifetime, ignore) }
}

/** A mail with the link that says whose the address is. */
export const renderVerification = ({ to, language, link }: Reader, name: string): Mail => {
  const { greeting, ignore, verify } = mailWords[language]
  return {
    to,
    subject: verify.subject,
    text: letter(greeting(plain(name)), verify.text, link, verify.lifetime, ignore),
  }
}

/** A mail with the link of an invitation. */
export const renderInvitation = (
  { to, language, link }: Reader,
  { team_name, role }: { team_name: string; role: TeamRole },
): Mail => {
  const { ignore, invitation, roles } = mailWords[language]
  const team = plain(team_name)
  return {
    to,
    subject: invitation.subject(team),
    text: letter(invitation.text(team, roles[role]), link, invitation.lifetime, ignore),
  }
}

const letter = (...paragraphs: string[]): string => `${paragraphs.join('\n\n')}\n`

/** What strangers chose (a name, a team) reaches people who never saw this platform: it must not read as an address to follow. */
const plain = (text: string): string =>
  text
    .replace(/[^\p{L}\p{M}\p{N}'’-]+/gu, ' ')
    .trim()
    .slice(0, 64)
