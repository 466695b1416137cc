import { Button, CopyButton } from '@mantine/core'
import type { ReleaseAnswer, ServiceAnswer } from '@parcela/contract'
import { IconArrowUpRight, IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { PlotPicture } from '../brand/plot-picture.tsx'
import type { PickedFiles } from '../files/picked-files.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { ActionsMenu } from './actions-menu.tsx'
import { showAddress } from './address-actions.tsx'
import classes from './service-page.module.css'
import { StatusReason } from './status-reason.tsx'
import { StatusWord } from './status-word.tsx'
import { useServiceActions } from './use-service-actions.ts'

type Props = {
  service: ServiceAnswer
  releases: readonly ReleaseAnswer[]
  isConnected: boolean
  onPick: (files: PickedFiles) => void
}

const longAddress = 46

/** The address as the hero, the status in words, and what to do with the site. */
export const ServiceHeader = ({ service, releases, isConnected, onPick }: Props) => {
  const { t } = useTranslation()
  const { act } = useServiceActions(service)
  const address = showAddress(service.url)
  const [host, ...rest] = splitAddress(service)
  return (
    <header className={classes.header}>
      <div className={classes.hero}>
        <PlotPicture name={service.name} size={64} />
        <div className={classes.who}>
          <h1 className={classes.address} data-long={address.length > longAddress || undefined}>
            <a href={service.url} target="_blank" rel="noreferrer">
              {host}
              <span>{rest.join('')}</span>
            </a>
          </h1>
          <p className={classes.word}>
            <span role="status">
              <StatusWord status={service.status} isLarge />
            </span>
            <StatusSentence service={service} releases={releases} />
            {!isConnected && <span className={classes.lost}>{t('service.reconnecting')}</span>}
          </p>
        </div>
        <div className={classes.buttons}>
          <Button
            component="a"
            href={service.url}
            target="_blank"
            rel="noreferrer"
            rightSection={<IconArrowUpRight size={17} stroke={2} aria-hidden />}
            aria-label={t('common.open_address', { address })}
          >
            {t('common.open')}
          </Button>
          <CopyButton value={service.url} timeout={1600}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                onClick={copy}
                leftSection={
                  copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} stroke={1.7} aria-hidden />
                }
              >
                <span aria-live="polite">{copied ? t('common.copied') : t('common.copy')}</span>
              </Button>
            )}
          </CopyButton>
          <ActionsMenu service={service} onPick={onPick} act={act.mutate} />
        </div>
      </div>
      <StatusReason service={service} releases={releases} />
      {act.isError && <RequestFailed title={t('service.failed_action')} error={act.error} />}
    </header>
  )
}

/** What visitors get now, or what happens next; nothing where the reason below says it already. */
const StatusSentence = ({ service, releases }: Pick<Props, 'service' | 'releases'>) => {
  const { t } = useTranslation()
  const { status, serving_release_id: servingId } = service
  const serving = releases.find(({ id }) => id === servingId)
  if (status === 'failed') return null
  if (status !== 'running') return <span>{t(`status_text.${status}`)}</span>
  if (servingId === null) return <span>{t('status_text.running_empty')}</span>
  const release = serving && t('service.serving', { number: serving.number }).toLowerCase()
  return release === undefined ? null : <span>{t('status_text.running', { release })}</span>
}

/** The address in two parts, so that the name stands out: `hola` and `.apps.example.org`. */
const splitAddress = (service: ServiceAnswer): string[] => {
  const address = showAddress(service.url)
  return address.startsWith(`${service.name}.`) ? [service.name, address.slice(service.name.length)] : [address]
}
