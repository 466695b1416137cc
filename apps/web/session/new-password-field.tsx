import { useTranslation } from 'react-i18next'
import { PasswordField } from './password-field.tsx'

export const shortestPassword = 10

type Props = {
  label: string
  value: string
  onChange: (password: string) => void
  /** Whether what is missing is said already. */
  isChecked: boolean
  size?: 'sm' | 'md'
}

/** A password that is new; can be made visible, so that it is typed once. */
export const NewPasswordField = ({ label, value, onChange, isChecked, size = 'md' }: Props) => {
  const { t } = useTranslation()
  return (
    <PasswordField
      label={label}
      description={t('sign_up.password_hint')}
      name="new-password"
      autoComplete="new-password"
      size={size}
      value={value}
      onChange={event => onChange(event.currentTarget.value)}
      error={isChecked && value.length < shortestPassword ? t('sign_up.short_password') : null}
    />
  )
}
