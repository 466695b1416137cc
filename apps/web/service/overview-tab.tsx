import type { ReleaseAnswer, ServiceAnswer } from '@parcela/contract'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { FileButtons } from '../files/file-buttons.tsx'
import type { PickedFiles } from '../files/picked-files.ts'
import { Moment } from '../frame/moment.tsx'
import { explainProblem } from '../language/explain-problem.ts'
import { useFormat, useLanguage } from '../language/use-format.ts'
import classes from './overview-tab.module.css'

type Props = {
  service: ServiceAnswer
  releases: readonly ReleaseAnswer[]
  onPick: (files: PickedFiles) => void
}

const gibibyte = 2 ** 30

/** The facts about a site, and the way to publish it again. */
export const OverviewTab = ({ service, releases, onPick }: Props) => {
  const { t } = useTranslation()
  const format = useFormat()
  const language = useLanguage()
  const latest = releases.find(({ id }) => id === service.release_id)
  const used = service.files_bytes / (service.storage_gb * gibibyte)
  return (
    <div className={classes.overview}>
      <dl className={classes.facts}>
        <div>
          <dt>{t('services.last_publish')}</dt>
          <dd>
            {service.published_at === null ? (
              t('services.never_published')
            ) : (
              <>
                <Moment time={service.published_at} />
                {latest !== undefined && <small>{t('release.by', { who: latest.username })}</small>}
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('service.contents')}</dt>
          <dd>
            {t('common.files', { count: service.files_count })}
            <small>
              {t('service.disk_used', {
                used: format.bytes(service.files_bytes),
                total: `${format.number(service.storage_gb)} GiB`,
              })}
            </small>
            <span className={classes.bar} aria-hidden="true">
              <span style={{ width: `${Math.min(100, used * 100)}%` }} />
            </span>
          </dd>
        </div>
        <div>
          <dt>{t('service.size')}</dt>
          <dd>
            {t('create.size_ram', { amount: format.ram(service.ram_mb) })}
            <small>{t('create.cpus_value', { count: service.cpus })}</small>
            <small>{t('create.size_storage', { amount: `${format.number(service.storage_gb)} GiB` })}</small>
          </dd>
        </div>
        <div>
          <dt>{t('service.created')}</dt>
          <dd>
            <Moment time={service.created_at} />
            <small>{t('release.by', { who: service.username })}</small>
          </dd>
        </div>
      </dl>
      {service.warnings.length > 0 && (
        <section className={classes.warnings}>
          <h2>
            <IconAlertTriangle size={17} stroke={1.9} aria-hidden /> {t('service.warnings')}
          </h2>
          <ul>
            {service.warnings.map(warning => (
              <li key={warning}>{explainProblem(warning, language)}</li>
            ))}
          </ul>
        </section>
      )}
      <section className={classes.again}>
        <div>
          <h2>{t('service.publish')}</h2>
          <p>{t('files.hint')}</p>
        </div>
        <div className={classes.buttons}>
          <FileButtons onPick={onPick} />
        </div>
      </section>
    </div>
  )
}
