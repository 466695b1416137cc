import { ActionIcon, Button, CopyButton, Menu } from '@mantine/core'
import type { ReleaseAnswer, ServiceAnswer } from '@parcela/contract'
import {
  IconArrowUpRight,
  IconCheck,
  IconCopy,
  IconDots,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconUpload,
} from '@tabler/icons-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { PlotPicture } from '../brand/plot-picture.tsx'
import { arrangeFiles, type PickedFiles } from '../files/picked-files.ts'
import { readPicker } from '../files/read-drop.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { showAddress } from './address-actions.tsx'
import classes from './service-page.module.css'
import { StatusWord } from './status-word.tsx'
import { useServiceActions } from './use-service-actions.ts'

type Props = {
  service: ServiceAnswer
  releases: readonly ReleaseAnswer[]
  isConnected: boolean
  onPick: (files: PickedFiles) => void
}

/** Name, status in words, and the address as the hero. */
export const ServiceHeader = ({ service, releases, isConnected, onPick }: Props) => {
  const { t } = useTranslation()
  const { act } = useServiceActions(service)
  const [host, ...rest] = splitAddress(service)
  return (
    <header className={classes.header}>
      <div className={classes.who}>
        <PlotPicture name={service.name} size={30} />
        <h1>{service.name}</h1>
        <span role="status">
          <StatusWord status={service.status} isLarge />
        </span>
        {!isConnected && <span className={classes.lost}>{t('service.reconnecting')}</span>}
      </div>
      <div className={classes.hero}>
        <a className={classes.address} href={service.url} target="_blank" rel="noreferrer">
          {host}
          <span>{rest.join('')}</span>
        </a>
        <div className={classes.buttons}>
          <Button
            component="a"
            href={service.url}
            target="_blank"
            rel="noreferrer"
            rightSection={<IconArrowUpRight size={17} stroke={2} aria-hidden />}
            aria-label={t('common.open_address', { address: showAddress(service.url) })}
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
      <StatusSentence service={service} releases={releases} />
      {act.isError && <RequestFailed title={t('service.failed_action')} error={act.error} />}
    </header>
  )
}

type ActionsProps = Pick<Props, 'service' | 'onPick'> & { act: (action: 'start' | 'stop' | 'restart') => void }

const ActionsMenu = ({ service, onPick, act }: ActionsProps) => {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const isStopped = service.status === 'stopped'
  return (
    <>
      <Menu position="bottom-end" width={210}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('service.actions')}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconUpload size={16} aria-hidden />} onClick={() => input.current?.click()}>
            {t('service.publish')}
          </Menu.Item>
          {isStopped ? (
            <Menu.Item leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => act('start')}>
              {t('service.start')}
            </Menu.Item>
          ) : (
            <>
              <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => act('restart')}>
                {t('service.restart')}
              </Menu.Item>
              <Menu.Item leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => act('stop')}>
                {t('service.stop')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t('service.publish')}
        onChange={event => {
          const files = readPicker(event.currentTarget)
          event.currentTarget.value = ''
          if (files.length > 0) onPick(arrangeFiles(files))
        }}
        {...{ webkitdirectory: '' }}
      />
    </>
  )
}

const StatusSentence = ({ service, releases }: Pick<Props, 'service' | 'releases'>) => {
  const { t } = useTranslation()
  const serving = releases.find(({ id }) => id === service.serving_release_id)
  const release = serving === undefined ? '' : t('service.serving', { number: serving.number }).toLowerCase()
  if (service.status === 'failed' || service.status_reason !== null)
    return (
      <div className={classes.reason} role="alert">
        <strong>{t(service.serving_release_id === null ? 'status_text.failed' : 'status_text.failed_serving')}</strong>
        {service.status_reason?.message}
      </div>
    )
  if (service.status === 'running')
    return (
      <p className={classes.word}>
        {serving === undefined
          ? service.serving_release_id === null && t('status_text.running_empty')
          : t('status_text.running', { release })}
      </p>
    )
  return <p className={classes.word}>{t(`status_text.${service.status}`)}</p>
}

/** The address in two parts, so that the name stands out: `hola` and `.apps.example.org`. */
const splitAddress = (service: ServiceAnswer): string[] => {
  const address = showAddress(service.url)
  return address.startsWith(`${service.name}.`) ? [service.name, address.slice(service.name.length)] : [address]
}
