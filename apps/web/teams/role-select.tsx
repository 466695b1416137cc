import { NativeSelect } from '@mantine/core'
import { type TeamRole, teamRole } from '@parcela/contract'
import { useTranslation } from 'react-i18next'

type Props = {
  value: TeamRole
  onChange: (role: TeamRole) => void
  label?: string
  ariaLabel?: string
  disabled?: boolean
  className?: string | undefined
}

/** What somebody may do in a team. */
export const RoleSelect = ({ value, onChange, label, ariaLabel, disabled = false, className }: Props) => {
  const { t } = useTranslation()
  return (
    <NativeSelect
      {...(label !== undefined && { label })}
      {...(className !== undefined && { className })}
      aria-label={ariaLabel}
      disabled={disabled}
      value={value}
      onChange={event => {
        const role = teamRole.options.find(known => known === event.currentTarget.value)
        if (role !== undefined) onChange(role)
      }}
      data={teamRole.options.map(role => ({ value: role, label: t(`teams.role_${role}`) }))}
    />
  )
}
