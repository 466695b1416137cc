import { Button, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './account-page.module.css'

type Props = { codes: readonly string[]; onDone: () => void }

/** Codes for when the app is lost, shown this once. */
export const RecoveryCodes = ({ codes, onDone }: Props) => {
  const { t } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [])
  const text = codes.join('\n')
  return (
    <div ref={box} tabIndex={-1} role="status" className={classes.once}>
      <strong>{t('second_factor.codes_title')}</strong>
      <p>{t('second_factor.codes_text')}</p>
      <ul className={classes.codes}>
        {codes.map(code => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={classes.buttons}>
        <CopyButton value={text} timeout={1600}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              onClick={copy}
            >
              {copied ? t('account.copied') : t('common.copy')}
            </Button>
          )}
        </CopyButton>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => save('parcela-recovery-codes.txt', `${text}\n`)}
        >
          {t('logs.download')}
        </Button>
        <Button onClick={onDone}>{t('second_factor.codes_kept')}</Button>
      </div>
    </div>
  )
}

const save = (name: string, text: string): void => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
