import { Button, FileButton, Textarea } from '@mantine/core'
import type { CreatedInvitationAnswer, TeamAnswer, TeamRole } from '@parcela/contract'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestError } from '../client/request-error.ts'
import { DataTable } from '../frame/data-table.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import { explainLine } from '../language/explain-line.ts'
import { useLanguage } from '../language/use-format.ts'
import { RoleSelect } from './role-select.tsx'
import classes from './teams.module.css'
import { useTeamActions } from './use-team-actions.ts'

/** Invites a whole class from a list; what is wrong with it is shown by line, and then nobody was invited. */
export const InviteClass = ({ team }: { team: TeamAnswer }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { inviteClass } = useTeamActions(team.id)
  const [csv, setCsv] = useState('')
  const [role, setRole] = useState<TeamRole>('developer')
  const problems = linesOf(inviteClass.error)
  const change = (text: string): void => {
    inviteClass.reset()
    setCsv(text)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    inviteClass.mutate({ csv, role, language }, { onSuccess: () => setCsv('') })
  }
  return (
    <Section title={t('invite.class_title')} text={t('invite.class_text')}>
      <form onSubmit={submit} noValidate className={classes.csv}>
        <Textarea
          label={t('invite.list')}
          placeholder={'ana@example.org\nluis@example.org'}
          rows={5}
          spellCheck={false}
          value={csv}
          onChange={event => change(event.currentTarget.value)}
        />
        <div className={classes.csvButtons}>
          <RoleSelect label={t('invite.class_role')} value={role} onChange={setRole} />
          <FileButton accept=".csv,.txt,text/csv,text/plain" onChange={file => void file?.text().then(change)}>
            {props => (
              <Button variant="default" {...props}>
                {t('invite.choose_file')}
              </Button>
            )}
          </FileButton>
          <Button type="submit" loading={inviteClass.isPending} disabled={csv.trim() === ''}>
            {t('invite.class_submit')}
          </Button>
        </div>
      </form>
      {problems !== undefined && <Problems problems={problems} />}
      {inviteClass.isError && problems === undefined && (
        <RequestFailed title={t('invite.failed')} error={inviteClass.error} />
      )}
      <div role="status">
        {inviteClass.data !== undefined && <InvitedClass invitations={inviteClass.data.items} team={team} />}
      </div>
    </Section>
  )
}

type LineProblem = { line: number; problem: string }

/** What was wrong, by line, where the answer is about lines. */
const linesOf = (error: unknown): LineProblem[] | undefined => {
  if (!(error instanceof RequestError) || error.details.reason !== 'csv_invalid') return undefined
  return Object.entries(error.fields).map(([name, problem]) => ({ line: Number(name.replace(/\D+/g, '')), problem }))
}

const Problems = ({ problems }: { problems: readonly LineProblem[] }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <div className={classes.lines} role="alert">
      <strong>{t('invite.lines_wrong', { count: problems.length })}</strong>
      <ul>
        {problems.map(({ line, problem }) => (
          <li key={line}>
            <span>{t('invite.line', { line })}</span>
            <span>{explainLine(problem, language)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

const InvitedClass = ({ invitations, team }: { invitations: readonly CreatedInvitationAnswer[]; team: TeamAnswer }) => {
  const { t } = useTranslation()
  return (
    <>
      <div className={classes.csvButtons}>
        <strong>{t('invite.class_made', { count: invitations.length })}</strong>
        <Button variant="default" size="xs" onClick={() => downloadLinks(invitations, `${team.slug}.csv`)}>
          {t('invite.download')}
        </Button>
      </div>
      <DataTable
        label={t('invite.class_made', { count: invitations.length })}
        rows={invitations}
        keyOf={({ id }) => id}
        columns={[
          { label: t('invite.email'), isName: true, cell: ({ email }) => <strong>{email}</strong> },
          { label: t('teams.role'), cell: ({ role }) => t(`teams.role_${role}`) },
          { label: t('invite.mail'), cell: ({ mail }) => t(`invite.mail_${mail}`) },
        ]}
      />
    </>
  )
}

/** The links to hand over, for a mail merge or the printer; the addresses hold neither commas nor quotation marks. */
const downloadLinks = (invitations: readonly CreatedInvitationAnswer[], name: string): void => {
  const rows = invitations.map(({ email, role, link }) => `${email},${role},${link}`)
  const url = URL.createObjectURL(new Blob([`email,role,link\r\n${rows.join('\r\n')}\r\n`], { type: 'text/csv' }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.click()
  URL.revokeObjectURL(url)
}
