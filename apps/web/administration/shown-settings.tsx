import { Skeleton } from '@mantine/core'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import { useFormat } from '../language/use-format.ts'
import classes from './administration.module.css'

/** What the installation was started with, as far as its API tells. */
export const ShownSettings = () => {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: me } = useSuspenseQuery(queries.me)
  const { data, error, refetch } = useQuery(queries.platform)
  if (data === undefined)
    return error === null ? (
      <Skeleton height={200} radius="lg" />
    ) : (
      <RequestFailed title={t('shown_settings.failed')} error={error} onRetry={() => void refetch()} />
    )
  const facts: [label: string, text: string][] = [
    [t('shown_settings.sign_up'), t(`shown_settings.sign_up_${data.sign_up}`)],
    [t('shown_settings.mail'), t(data.mail ? 'shown_settings.mail_on' : 'shown_settings.mail_off')],
    [t('shown_settings.open_id'), data.open_id?.name ?? t('shown_settings.open_id_off')],
    [t('shown_settings.domain'), me.platform.apps_domain],
    [
      t('shown_settings.uploads'),
      t('shown_settings.uploads_at_most', {
        bytes: format.bytes(me.platform.upload_limit_bytes),
        files: t('common.files', { count: me.platform.upload_limit_files }),
      }),
    ],
  ]
  return (
    <Section title={t('shown_settings.title')}>
      <dl className={classes.facts}>
        {facts.map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
