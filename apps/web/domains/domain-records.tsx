import { ActionIcon, CopyButton } from '@mantine/core'
import type { DomainRecord } from '@parcela/contract'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './domains-tab.module.css'

/** What to set at the provider of the domain: one line each, ready to be copied. */
export const DomainRecords = ({ records }: { records: readonly DomainRecord[] }) => {
  const { t } = useTranslation()
  const hasAlias = records.some(({ type }) => type === 'CNAME')
  const hasAddress = records.some(({ type }) => type !== 'CNAME')
  const groups = hasAlias && hasAddress ? splitAlias(records) : [records]
  return (
    <div className={classes.records}>
      <p>{t(groups.length > 1 ? 'domains.set_either' : 'domains.set')}</p>
      {groups.map((group, index) => (
        <div key={group[0]?.type ?? index}>
          {index > 0 && <p className={classes.or}>{t('domains.or')}</p>}
          <table>
            <thead>
              <tr>
                <th scope="col">{t('domains.record_type')}</th>
                <th scope="col">{t('domains.record_name')}</th>
                <th scope="col">{t('domains.record_value')}</th>
                <th scope="col">{t('domains.record_seen')}</th>
              </tr>
            </thead>
            <tbody>
              {group.map(record => (
                <RecordRow key={`${record.type} ${record.name} ${record.value}`} record={record} />
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </div>
  )
}

const RecordRow = ({ record: { type, name, value, is_set: isSet } }: { record: DomainRecord }) => {
  const { t } = useTranslation()
  return (
    <tr>
      <td data-label={t('domains.record_type')}>{type}</td>
      <td data-label={t('domains.record_name')}>
        <Copied text={name} />
      </td>
      <td data-label={t('domains.record_value')}>
        <Copied text={value} />
      </td>
      <td data-label={t('domains.record_seen')}>
        {isSet === null ? '–' : t(isSet ? 'domains.record_set' : 'domains.record_missing')}
      </td>
    </tr>
  )
}

const Copied = ({ text }: { text: string }) => {
  const { t } = useTranslation()
  return (
    <span className={classes.copied}>
      <code>{text}</code>
      <CopyButton value={text} timeout={1600}>
        {({ copied, copy }) => (
          <ActionIcon
            variant="subtle"
            color="gray"
            c={copied ? 'var(--ok)' : 'var(--ink-dim)'}
            size={28}
            onClick={copy}
            aria-label={copied ? t('common.copied') : `${t('domains.copy')}: ${text}`}
          >
            {copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} stroke={1.7} aria-hidden />}
          </ActionIcon>
        )}
      </CopyButton>
    </span>
  )
}

const splitAlias = (records: readonly DomainRecord[]): DomainRecord[][] => [
  records.filter(({ type }) => type === 'CNAME'),
  records.filter(({ type }) => type !== 'CNAME'),
]
