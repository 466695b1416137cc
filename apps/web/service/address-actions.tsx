import { ActionIcon, CopyButton } from '@mantine/core'
import { IconArrowUpRight, IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

/** Copy and open for an address, small enough for a list. */
export const AddressActions = ({ url }: { url: string }) => {
  const { t } = useTranslation()
  const address = showAddress(url)
  return (
    <>
      <CopyButton value={url} timeout={1600}>
        {({ copied, copy }) => (
          <ActionIcon
            variant="subtle"
            color="gray"
            c={copied ? 'var(--ok)' : 'var(--ink-dim)'}
            size={36}
            onClick={copy}
            title={t('common.copy_address')}
            aria-label={copied ? t('common.copied') : `${t('common.copy_address')}: ${address}`}
          >
            {copied ? <IconCheck size={17} aria-hidden /> : <IconCopy size={17} stroke={1.7} aria-hidden />}
          </ActionIcon>
        )}
      </CopyButton>
      <ActionIcon
        component="a"
        href={url}
        target="_blank"
        rel="noreferrer"
        title={t('common.open')}
        variant="subtle"
        color="gray"
        c="var(--ink-dim)"
        size={36}
        aria-label={t('common.open_address', { address })}
      >
        <IconArrowUpRight size={18} stroke={1.7} aria-hidden />
      </ActionIcon>
    </>
  )
}

/** An address as people say it: without the scheme and the last slash. */
export const showAddress = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '')
