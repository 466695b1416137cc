import { Skeleton } from '@mantine/core'
import type { ServiceAnswer } from '@parcela/contract'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { nameQueries } from '../client/names.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { AddDomain } from './add-domain.tsx'
import { DomainCard } from './domain-card.tsx'
import classes from './domains-tab.module.css'

/** A site's own domains: how far each is, and what to set where. */
export const DomainsTab = ({ service }: { service: ServiceAnswer }) => {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(nameQueries.domains(service.id))
  if (data === undefined)
    return error === null ? (
      <Skeleton height={200} radius="lg" maw={820} />
    ) : (
      <RequestFailed title={t('domains.failed')} error={error} onRetry={() => void refetch()} />
    )
  return (
    <div className={classes.domains}>
      <AddDomain service={service} domains={data.items} />
      {data.items.length === 0 ? (
        <p className={classes.empty}>{t('domains.empty')}</p>
      ) : (
        <ul className={classes.list} aria-label={t('domains.list')}>
          {data.items.map(domain => (
            <DomainCard key={domain.name} service={service} domain={domain} />
          ))}
        </ul>
      )}
    </div>
  )
}
