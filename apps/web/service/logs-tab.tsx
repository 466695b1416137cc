import { Button, SegmentedControl, Switch, TextInput } from '@mantine/core'
import type { LogLine, ServiceAnswer } from '@parcela/contract'
import { IconDownload, IconSearch } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogKind } from '../client/follow-logs.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { useFormat } from '../language/use-format.ts'
import classes from './logs-tab.module.css'
import { useLogs } from './use-logs.ts'

const route = getRouteApi('/signed-in/services/$serviceId')

/** What a site says while it is built and while it runs. */
export const LogsTab = ({ service }: { service: ServiceAnswer }) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const kind: LogKind = route.useSearch().log ?? 'runtime'
  const [follow, setFollow] = useState(true)
  const [text, setText] = useState('')
  const { lines, error, isLoading, retry } = useLogs(service.id, { kind, follow })
  const wanted = text.toLowerCase()
  const shown = wanted === '' ? lines : lines.filter(line => line.text.toLowerCase().includes(wanted))

  return (
    <>
      <div className={classes.tools}>
        <SegmentedControl
          aria-label={t('logs.kind')}
          size="xs"
          radius="md"
          value={kind}
          onChange={next =>
            void navigate({
              to: '/services/$serviceId',
              params: { serviceId: service.id },
              search: { tab: 'logs', ...(next === 'build' && { log: 'build' as const }) },
              replace: true,
              resetScroll: false,
            })
          }
          data={[
            { value: 'runtime', label: t('logs.runtime') },
            { value: 'build', label: t('logs.build') },
          ]}
        />
        <TextInput
          className={classes.filter}
          size="xs"
          type="search"
          aria-label={t('logs.filter')}
          placeholder={t('logs.filter')}
          leftSection={<IconSearch size={14} stroke={1.8} aria-hidden />}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
        />
        <Switch label={t('logs.follow')} checked={follow} onChange={event => setFollow(event.currentTarget.checked)} />
        <Button
          variant="subtle"
          size="xs"
          disabled={lines.length === 0}
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() => download(lines, `${service.name}-${kind}.log`)}
        >
          {t('logs.download')}
        </Button>
      </div>
      {error !== undefined && <RequestFailed title={t('logs.failed')} error={error} onRetry={retry} />}
      <LogView lines={shown} sticks={follow}>
        {isLoading
          ? t('common.loading')
          : lines.length === 0
            ? t(`logs.empty_${kind}`)
            : t('logs.none_found', { text })}
      </LogView>
      <p className={classes.count}>{t('logs.lines', { count: shown.length })}</p>
    </>
  )
}

const LogView = ({ lines, sticks, children }: { lines: readonly LogLine[]; sticks: boolean; children: string }) => {
  const { t } = useTranslation()
  const format = useFormat()
  const box = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what moves the end
  useLayoutEffect(() => {
    if (sticks && isAtEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [lines, sticks])
  return (
    <div
      ref={box}
      className={classes.view}
      role="log"
      aria-label={t('logs.region')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: view }) => {
        isAtEnd.current = view.scrollHeight - view.scrollTop - view.clientHeight < 40
      }}
    >
      {lines.length === 0 && <p>{children}</p>}
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
        <div key={index} data-stream={line.stream}>
          {line.time !== null && <time dateTime={line.time}>{format.clock(line.time)}</time>}
          <span>{line.text}</span>
        </div>
      ))}
    </div>
  )
}

const download = (lines: readonly LogLine[], name: string): void => {
  const text = lines.map(({ time, text }) => (time === null ? text : `${time} ${text}`)).join('\n')
  const url = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
