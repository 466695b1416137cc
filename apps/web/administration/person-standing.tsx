import type { PersonDetails } from '@parcela/contract'
import { IconBan, IconCircleCheckFilled, IconKeyOff, IconShieldFilled } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Tone } from '../service/tone.tsx'

/** Whether somebody is an administrator, switched off, or has no account yet. */
export const PersonStanding = ({ person }: { person: PersonDetails }) => {
  const { t } = useTranslation()
  if (person.disabled)
    return (
      <Tone tone="bad" Icon={IconBan}>
        {t('people.disabled')}
      </Tone>
    )
  if (person.is_administrator)
    return (
      <Tone tone="ok" Icon={IconShieldFilled}>
        {t('frame.administrator')}
      </Tone>
    )
  if (!person.can_sign_in)
    return (
      <Tone tone="rest" Icon={IconKeyOff}>
        {t('people.no_account')}
      </Tone>
    )
  return (
    <Tone tone="ok" Icon={IconCircleCheckFilled}>
      {t('people.active')}
    </Tone>
  )
}
