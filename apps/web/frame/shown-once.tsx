import { Button, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './shown-once.module.css'

/** A link, key or command to be copied now. */
export const ShownOnce = ({ label, text }: { label: string; text: string }) => {
  const { t } = useTranslation()
  return (
    <div className={classes.box}>
      <span>{label}</span>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, and must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
      <CopyButton value={text} timeout={1600}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            size="xs"
            onClick={copy}
            aria-label={copied ? undefined : `${t('common.copy')}: ${label}`}
            leftSection={copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} stroke={1.7} aria-hidden />}
          >
            <span aria-live="polite">{copied ? t('administration.copied') : t('common.copy')}</span>
          </Button>
        )}
      </CopyButton>
    </div>
  )
}
