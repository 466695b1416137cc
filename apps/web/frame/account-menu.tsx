import { Menu, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconCode, IconLogout } from '@tabler/icons-react'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { gateway } from '../client/gateway.ts'
import { queries } from '../client/queries.ts'
import classes from './app-frame.module.css'

/** Who is signed in, and the way out. */
export const AccountMenu = () => {
  const { t } = useTranslation()
  const { data: me } = useSuspenseQuery(queries.me)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const signOut = async (): Promise<void> => {
    await gateway.signOut()
    queryClient.clear()
    await navigate({ to: '/sign-in' })
  }
  const name = me.name === '' ? me.username : me.name
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.account}>
          <span aria-hidden="true">{name.slice(0, 1).toUpperCase()}</span>
          <VisuallyHidden>
            {t('frame.account')}: {name}
          </VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <span>{t('frame.signed_in_as')}</span>
          <strong>{name}</strong>
          <span>{me.email ?? me.username}</span>
          {me.is_administrator && <em>{t('frame.administrator')}</em>}
        </div>
        <Menu.Divider />
        <Menu.Item component="a" href="/api/docs" leftSection={<IconCode size={16} stroke={1.7} aria-hidden />}>
          {t('frame.api')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.7} aria-hidden />} onClick={() => void signOut()}>
          {t('frame.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
