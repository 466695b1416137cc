import type { TeamAnswer } from '@parcela/contract'
import { IconLock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { teamQueries } from '../client/teams.ts'
import classes from './teams.module.css'

/** What only owners may do, and who they are. */
export const OwnersOnly = ({ team, text }: { team: TeamAnswer; text: string }) => {
  const { t } = useTranslation()
  const { data } = useQuery(teamQueries.members(team.id))
  const owners = data?.items.filter(({ role }) => role === 'owner').map(({ name, username }) => name || username) ?? []
  return (
    <p className={classes.note}>
      <IconLock size={18} stroke={1.7} aria-hidden />
      <span>
        {text} {owners.length > 0 && t('teams.ask_owners', { owners: owners.join(', ') })}
      </span>
    </p>
  )
}
