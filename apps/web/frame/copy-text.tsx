import { ActionIcon, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './copy-text.module.css'

/** A text that people take somewhere else, with a button that copies it. */
export const CopyText = ({ text, label }: { text: string; label: string }) => {
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
            size={32}
            onClick={copy}
            aria-label={copied ? t('common.copied') : label}
          >
            {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} stroke={1.7} aria-hidden />}
          </ActionIcon>
        )}
      </CopyButton>
    </span>
  )
}
