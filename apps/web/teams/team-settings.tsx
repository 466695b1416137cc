import { Button, TextInput } from '@mantine/core'
import type { TeamAnswer } from '@parcela/contract'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestError } from '../client/request-error.ts'
import { Question } from '../frame/question.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import { explainProblem } from '../language/explain-problem.ts'
import { useLanguage } from '../language/use-format.ts'
import { OwnersOnly } from './owners-only.tsx'
import classes from './teams.module.css'
import { useTeamActions } from './use-team-actions.ts'

/** The name of a team, the way out, and its end. */
export const TeamSettings = ({ team, mayManage }: { team: TeamAnswer; mayManage: boolean }) => {
  const { t } = useTranslation()
  return (
    <div className={classes.page}>
      {team.is_personal && <p className={classes.note}>{t('teams.personal_settings')}</p>}
      {mayManage && !team.is_personal && <RenameTeam team={team} />}
      {!mayManage && <OwnersOnly team={team} text={t('teams.settings_for_owners')} />}
      {team.role !== null && !team.is_personal && <LeaveTeam team={team} />}
      {mayManage && !team.is_personal && <DeleteTeam team={team} />}
    </div>
  )
}

const RenameTeam = ({ team }: { team: TeamAnswer }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { rename } = useTeamActions(team.id)
  const [name, setName] = useState(team.name)
  const problem = rename.error instanceof RequestError ? rename.error.fields.name : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    rename.mutate(name, { onSuccess: renamed => setName(renamed.name) })
  }
  return (
    <Section title={t('teams.name')}>
      <form onSubmit={submit} noValidate className={classes.form}>
        <TextInput
          aria-label={t('teams.name')}
          autoComplete="off"
          maxLength={80}
          value={name}
          onChange={event => {
            rename.reset()
            setName(event.currentTarget.value)
          }}
          error={problem === undefined ? null : explainProblem(problem, language)}
        />
        <Button type="submit" loading={rename.isPending} disabled={name.trim() === '' || name === team.name}>
          {t('settings.save')}
        </Button>
        <span role="status">{rename.isSuccess && t('settings.saved')}</span>
      </form>
      {rename.isError && problem === undefined && (
        <RequestFailed title={t('service.failed_action')} error={rename.error} />
      )}
    </Section>
  )
}

const LeaveTeam = ({ team }: { team: TeamAnswer }) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { leave } = useTeamActions(team.id)
  const [isAsking, setAsking] = useState(false)
  return (
    <Section
      title={t('teams.leave_title')}
      text={t('teams.leave_text')}
      actions={
        <Button
          variant="default"
          onClick={() => {
            leave.reset()
            setAsking(true)
          }}
        >
          {t('teams.leave')}
        </Button>
      }
    >
      <Question
        title={t('teams.leave_question', { team: team.name })}
        text={t('teams.leave_text')}
        action={t('teams.leave')}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => leave.mutate(undefined, { onSuccess: () => void navigate({ to: '/teams' }) })}
        mutation={leave}
      />
    </Section>
  )
}

const DeleteTeam = ({ team }: { team: TeamAnswer }) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { remove } = useTeamActions(team.id)
  const [isAsking, setAsking] = useState(false)
  return (
    <Section
      isDangerous
      title={t('teams.delete_title')}
      text={t('teams.delete_text')}
      actions={
        <Button
          variant="outline"
          color="red"
          onClick={() => {
            remove.reset()
            setAsking(true)
          }}
        >
          {t('teams.delete')}
        </Button>
      }
    >
      <Question
        title={t('teams.delete_question', { team: team.name })}
        text={t('teams.delete_consequence')}
        action={t('teams.delete')}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/teams' }) })}
        mutation={remove}
      />
    </Section>
  )
}
