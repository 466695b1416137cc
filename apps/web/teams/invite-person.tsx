import { Button, TextInput } from '@mantine/core'
import type { CreatedInvitationAnswer, TeamAnswer, TeamRole } from '@parcela/contract'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestError } from '../client/request-error.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import { ShownOnce } from '../frame/shown-once.tsx'
import { explainProblem } from '../language/explain-problem.ts'
import { useLanguage } from '../language/use-format.ts'
import { RoleSelect } from './role-select.tsx'
import classes from './teams.module.css'
import { useTeamActions } from './use-team-actions.ts'

/** Invites one person, by mail or by a link to hand over. */
export const InvitePerson = ({ team }: { team: TeamAnswer }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { invite } = useTeamActions(team.id)
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<TeamRole>('developer')
  const problem = invite.error instanceof RequestError ? invite.error.fields.email : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const asked = { role, email: email.trim() === '' ? null : email.trim(), language }
    invite.mutate(asked, { onSuccess: () => setEmail('') })
  }
  return (
    <Section title={t('invite.title')} text={t('invite.text')}>
      <form onSubmit={submit} noValidate className={classes.form}>
        <TextInput
          label={t('invite.email')}
          placeholder={t('invite.email_empty')}
          type="email"
          autoComplete="off"
          spellCheck={false}
          value={email}
          onChange={event => {
            invite.reset()
            setEmail(event.currentTarget.value)
          }}
          error={problem === undefined ? null : explainProblem(problem, language)}
        />
        <RoleSelect label={t('teams.role')} value={role} onChange={setRole} />
        <Button type="submit" loading={invite.isPending}>
          {t('invite.submit')}
        </Button>
      </form>
      <p className={classes.empty}>{t(`teams.role_${role}_text`)}</p>
      {invite.isError && problem === undefined && <RequestFailed title={t('invite.failed')} error={invite.error} />}
      <div role="status">{invite.data !== undefined && <Invited invitation={invite.data} />}</div>
    </Section>
  )
}

const Invited = ({ invitation }: { invitation: CreatedInvitationAnswer }) => {
  const { t } = useTranslation()
  const { email, link, mail } = invitation
  const said = email === null ? t('invite.made_for_anybody') : t(`invite.made_${mail}`, { email })
  return <ShownOnce label={said} text={link} />
}
