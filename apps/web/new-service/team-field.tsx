import { NativeSelect } from '@mantine/core'
import type { TeamAnswer } from '@parcela/contract'
import { useTranslation } from 'react-i18next'

type Props = { teams: readonly TeamAnswer[]; value: string; onChange: (teamId: string) => void }

/** For which team a site is made; nothing to choose where there is one. */
export const TeamField = ({ teams, value, onChange }: Props) => {
  const { t } = useTranslation()
  if (teams.length < 2) return null
  return (
    <NativeSelect
      label={t('create.team')}
      description={t('create.team_text')}
      size="md"
      value={value}
      onChange={event => onChange(event.currentTarget.value)}
      data={teams.map(({ id, name, is_personal }) => ({
        value: id,
        label: is_personal ? t('create.team_personal', { name }) : name,
      }))}
    />
  )
}
