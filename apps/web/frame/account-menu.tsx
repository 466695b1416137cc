import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconCode, IconLogout, IconSettings, IconUserCircle, IconUsers } from '@tabler/icons-react'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { accountGateway } from '../client/account.ts'
import { queries } from '../client/queries.ts'
import classes from './app-frame.module.css'
import { Menu, MenuItem } from './menu.tsx'

/** Who is signed in, and the way out. */
export const AccountMenu = () => {
  const { t } = useTranslation()
  const { data: me } = useSuspenseQuery(queries.me)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const signOut = async (): Promise<void> => {
    await accountGateway.signOut()
    queryClient.clear()
    await navigate({ to: '/sign-in' })
  }
  const name = me.name === '' ? me.username : me.name
  return (
    <Menu
      label={t('frame.account')}
      target={props => (
        <UnstyledButton className={classes.account} {...props}>
          <span aria-hidden="true">{name.slice(0, 1).toUpperCase()}</span>
          <VisuallyHidden>
            {t('frame.account')}: {name}
          </VisuallyHidden>
        </UnstyledButton>
      )}
      head={
        <div className={classes.who}>
          <strong>{name}</strong>
          <span>{me.email ?? me.username}</span>
          {me.is_administrator && name !== t('frame.administrator') && <em>{t('frame.administrator')}</em>}
        </div>
      }
    >
      <MenuItem
        icon={<IconUserCircle size={16} stroke={1.7} aria-hidden />}
        onSelect={() => void navigate({ to: '/account' })}
      >
        {t('account.title')}
      </MenuItem>
      <MenuItem
        icon={<IconUsers size={16} stroke={1.7} aria-hidden />}
        onSelect={() => void navigate({ to: '/teams' })}
      >
        {t('teams.title')}
      </MenuItem>
      {me.is_administrator && (
        <MenuItem
          icon={<IconSettings size={16} stroke={1.7} aria-hidden />}
          onSelect={() => void navigate({ to: '/administration' })}
        >
          {t('frame.administration')}
        </MenuItem>
      )}
      <MenuItem href="/api/docs" icon={<IconCode size={16} stroke={1.7} aria-hidden />}>
        {t('frame.api')}
      </MenuItem>
      <MenuItem icon={<IconLogout size={16} stroke={1.7} aria-hidden />} onSelect={() => void signOut()}>
        {t('frame.sign_out')}
      </MenuItem>
    </Menu>
  )
}
