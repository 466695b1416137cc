import type { TeamAnswer } from '@parcela/contract'
import { useTranslation } from 'react-i18next'
import { ActivityList } from '../activity/activity-list.tsx'
import { teamsGateway } from '../client/teams.ts'
import { Section } from '../frame/section.tsx'
import { OwnersOnly } from './owners-only.tsx'
import classes from './teams.module.css'

/** What happened in the team; its owners see it. */
export const TeamActivity = ({ team, mayManage }: { team: TeamAnswer; mayManage: boolean }) => {
  const { t } = useTranslation()
  if (!mayManage) return <OwnersOnly team={team} text={t('teams.activity_for_owners')} />
  return (
    <div className={classes.page}>
      <Section title={t('activity.team_title')} text={t('activity.team_text')}>
        <ActivityList trail={team.id} read={(asked, cursor) => teamsGateway.listTeamAudit(team.id, asked, cursor)} />
      </Section>
    </div>
  )
}
