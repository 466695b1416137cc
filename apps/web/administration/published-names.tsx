import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { administrationQueries } from '../client/administration.ts'
import { DataTable } from '../frame/data-table.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import { useFormat } from '../language/use-format.ts'
import classes from './administration.module.css'

/** What is published in DNS now. */
export const PublishedNames = () => {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, error, refetch } = useQuery(administrationQueries.dns)
  if (data === undefined)
    return error === null ? (
      <Skeleton height={260} radius="lg" />
    ) : (
      <RequestFailed title={t('dns.failed')} error={error} onRetry={() => void refetch()} />
    )
  return (
    <>
      <Section title={t(`dns.server_${data.server}`)} text={t(`dns.records_${data.records}`)}>
        <p className={classes.reason}>
          {t('dns.zones')}: {data.zones.join(', ')}
        </p>
      </Section>
      <Section title={t('dns.published', { count: data.items.length })}>
        {data.items.length === 0 ? (
          <p className={classes.reason}>{t('dns.none')}</p>
        ) : (
          <DataTable
            label={t('administration.dns')}
            rows={data.items}
            keyOf={({ name, type }) => `${name} ${type}`}
            columns={[
              { label: t('domains.record_name'), isName: true, cell: ({ name }) => <strong>{name}</strong> },
              { label: t('domains.record_type'), cell: ({ type }) => type },
              { label: t('domains.record_value'), cell: ({ values }) => values.join(', ') },
              { label: t('dns.kept'), cell: ({ ttl }) => format.duration(ttl * 1000) },
            ]}
          />
        )}
      </Section>
    </>
  )
}
