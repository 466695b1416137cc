import type { TeamAnswer } from '@parcela/contract'
import { useTranslation } from 'react-i18next'
import { InviteClass } from './invite-class.tsx'
import { InvitePerson } from './invite-person.tsx'
import { MemberTable } from './member-table.tsx'
import { OpenInvitations } from './open-invitations.tsx'
import { OwnersOnly } from './owners-only.tsx'
import classes from './teams.module.css'

/** Who is in a team, and how others come in. */
export const TeamPeople = ({ team, mayManage }: { team: TeamAnswer; mayManage: boolean }) => {
  const { t } = useTranslation()
  return (
    <div className={classes.page}>
      <MemberTable team={team} mayManage={mayManage} />
      {team.is_personal && <p className={classes.note}>{t('teams.personal_note')}</p>}
      {!team.is_personal && !mayManage && <OwnersOnly team={team} text={t('teams.people_for_owners')} />}
      {!team.is_personal && mayManage && (
        <>
          <InvitePerson team={team} />
          <InviteClass team={team} />
          <OpenInvitations team={team} />
        </>
      )}
    </div>
  )
}
