import { Tabs } from '@mantine/core'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useTitle } from '../frame/use-title.ts'
import { accountTabs } from '../router.tsx'
import classes from './account-page.module.css'
import { DataTab } from './data-tab.tsx'
import { KeysTab } from './keys-tab.tsx'
import { ProfileTab } from './profile-tab.tsx'
import { SecurityTab } from './security-tab.tsx'
import { SessionsTab } from './sessions-tab.tsx'

const route = getRouteApi('/signed-in/account')

/** Who somebody is here, how they get in, and what they can take with them. */
export const AccountPage = () => {
  const { t } = useTranslation()
  const { tab = 'profile' } = route.useSearch()
  const navigate = useNavigate()
  const list = useRef<HTMLDivElement>(null)
  useTitle(t('account.title'))
  useEffect(() => {
    // In a narrow window the tabs scroll, and the one that is shown may lie outside.
    list.current?.querySelector(`[data-tab=${tab}]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [tab])
  return (
    <>
      <h1 className={classes.title}>{t('account.title')}</h1>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={next => {
          const chosen = accountTabs.find(known => known === next)
          if (chosen === undefined) return
          void navigate({
            to: '/account',
            search: chosen === 'profile' ? {} : { tab: chosen },
            resetScroll: false,
          })
        }}
      >
        <Tabs.List ref={list} mb={24} aria-label={t('account.tabs')} className={classes.tabs}>
          {accountTabs.map(name => (
            <Tabs.Tab key={name} value={name} data-tab={name}>
              {t(`account.tab_${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="profile">
          <ProfileTab />
        </Tabs.Panel>
        <Tabs.Panel value="security">
          <SecurityTab />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeysTab />
        </Tabs.Panel>
        <Tabs.Panel value="sessions">
          <SessionsTab />
        </Tabs.Panel>
        <Tabs.Panel value="data">
          <DataTab />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
