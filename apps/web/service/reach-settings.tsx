import { Switch } from '@mantine/core'
import type { ServiceAnswer } from '@parcela/contract'
import { useTranslation } from 'react-i18next'
import { RequestFailed } from '../frame/request-failed.tsx'
import classes from './settings-tab.module.css'
import { useServiceActions } from './use-service-actions.ts'

/** How visitors come, and whether they get a page that says that the site is being worked on. */
export const ReachSettings = ({ service }: { service: ServiceAnswer }) => {
  const { t } = useTranslation()
  const { update } = useServiceActions(service)
  const isSetting = (name: 'https_redirect' | 'maintenance'): boolean =>
    update.isPending && update.variables[name] !== undefined ? update.variables[name] === true : service[name]
  return (
    <section className={classes.section}>
      <h2>{t('settings.reach')}</h2>
      <div className={classes.switches}>
        <Switch
          label={t('settings.https_redirect')}
          description={t('settings.https_redirect_text')}
          checked={isSetting('https_redirect')}
          onChange={event => update.mutate({ https_redirect: event.currentTarget.checked })}
        />
        <Switch
          label={t('settings.maintenance')}
          description={t('settings.maintenance_text')}
          checked={isSetting('maintenance')}
          onChange={event => update.mutate({ maintenance: event.currentTarget.checked })}
        />
      </div>
      {update.isError && <RequestFailed title={t('service.failed_action')} error={update.error} />}
    </section>
  )
}
