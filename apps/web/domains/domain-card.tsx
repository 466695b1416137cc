import { Button } from '@mantine/core'
import type { DomainAnswer, ServiceAnswer } from '@parcela/contract'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Moment } from '../frame/moment.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { explainReason } from '../language/explain-reason.ts'
import { AddressActions } from '../service/address-actions.tsx'
import { DomainRecords } from './domain-records.tsx'
import { DomainStatus } from './domain-status.tsx'
import classes from './domains-tab.module.css'
import { useDomainActions } from './use-domain-actions.ts'

type Props = { service: ServiceAnswer; domain: DomainAnswer }

/** One domain: how far it is, what is missing, and the way to look again or give it up. */
export const DomainCard = ({ service, domain }: Props) => {
  const { t } = useTranslation()
  const { check, remove } = useDomainActions(service.id)
  const [isLeaving, setLeaving] = useState(false)
  const isActive = domain.status === 'active'
  const failure = check.error ?? remove.error
  return (
    <li className={classes.domain}>
      <div className={classes.head}>
        <h2>{domain.display_name}</h2>
        <DomainStatus status={domain.status} />
        {isActive && (
          <span className={classes.address}>
            <AddressActions url={domain.url} />
          </span>
        )}
      </div>
      <p className={classes.facts}>
        {domain.display_name !== domain.name && <span>{t('domains.in_dns', { name: domain.name })}</span>}
        {domain.redirect_to !== null && <span>{t('domains.redirects', { name: domain.redirect_to })}</span>}
        {domain.certificate !== null && (
          <span>
            {t('domains.certificate_until')} <Moment time={domain.certificate.not_after} />
          </span>
        )}
        {domain.checked_at !== null && (
          <span>
            {t('domains.looked')} <Moment time={domain.checked_at} />
          </span>
        )}
        {domain.next_check_at !== null && !isActive && (
          <span>
            {t('domains.looks_again')} <Moment time={domain.next_check_at} />
          </span>
        )}
      </p>
      {domain.status_reason !== null && (
        <p className={classes.reason} data-tone={domain.status === 'failed' ? 'bad' : 'busy'}>
          {explainReason(domain.status_reason, t)}
        </p>
      )}
      {isActive ? (
        <details>
          <summary>{t('domains.show_records')}</summary>
          <DomainRecords records={domain.records} />
        </details>
      ) : (
        <DomainRecords records={domain.records} />
      )}
      {failure !== null && <RequestFailed title={t('service.failed_action')} error={failure} />}
      {isLeaving ? (
        <fieldset className={classes.leaving}>
          <legend>{t('domains.remove_question', { name: domain.display_name })}</legend>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate(domain.name)}>
            {t('domains.remove')}
          </Button>
          <Button variant="default" onClick={() => setLeaving(false)}>
            {t('common.cancel')}
          </Button>
        </fieldset>
      ) : (
        <div className={classes.buttons}>
          <Button
            variant="default"
            loading={check.isPending}
            onClick={() => check.mutate(domain.name)}
            aria-label={`${t('domains.check')}: ${domain.display_name}`}
          >
            {t('domains.check')}
          </Button>
          <Button
            variant="subtle"
            color="red"
            onClick={() => setLeaving(true)}
            aria-label={`${t('domains.remove')}: ${domain.display_name}`}
          >
            {t('domains.remove')}
          </Button>
        </div>
      )}
    </li>
  )
}
