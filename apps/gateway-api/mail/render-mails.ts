import type { Language, TeamRole } from '@parcela/contract'
import type { Approval } from '@parcela/core'
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

const told = 20

/** A mail to an approver about everything that began to wait. */
export const renderAsked = ({ to, language, link }: Reader, name: string, approvals: readonly Approval[]): Mail => {
  const { greeting, asked, resources } = mailWords[language]
  const lines = approvals.slice(0, told).map(approval => {
    const { kind, requested_by, service_name, team_name } = approval
    const words = asked.line[kind](plain(requested_by.username), plain(service_name), plain(team_name))
    return `- ${words}: ${resources(approval.asked)}`
  })
  if (approvals.length > told) lines.push(`- ${asked.more(approvals.length - told)}`)
  return {
    to,
    subject: asked.subject(approvals.length, plain(approvals[0]?.service_name ?? '')),
    text: letter(greeting(plain(name)), asked.text, lines.join('\n'), asked.decide, link),
  }
}

/** A mail to whoever asked, about what became of it. */
export const renderDecided = ({ to, language, link }: Reader, name: string, approval: Approval): Mail => {
  const { greeting, decided, resources } = mailWords[language]
  const service = plain(approval.service_name)
  const isApproved = approval.status === 'approved'
  return {
    to,
    subject: decided.subject(service, isApproved),
    text: letter(
      greeting(plain(name)),
      isApproved ? decided.approved(service) : decided.refused(service),
      ...(approval.given ? [`${decided.given} ${resources(approval.given)}.`] : []),
      ...(approval.reason ? [`${decided.reason} ${approval.reason.replace(/\s+/g, ' ')}`] : []),
      decided.see,
      link,
    ),
  }
}

const letter = (...paragraphs: string[]): string => `${paragraphs.join('\n\n')}\n`

/** What strangers chose (a name, a team) reaches people who never saw this platform: it must not read as an address to follow. */
const plain = (text: string): string =>
  text
    .replace(/[^\p{L}\p{M}\p{N}'’-]+/gu, ' ')
    .trim()
    .slice(0, 64)
