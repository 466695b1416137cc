import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { loadAgain } from './load-again.ts'
import classes from './search-button.module.css'

const SearchDialog = lazy(
  loadAgain(async () => ({ default: (await import('../search/search-dialog.tsx')).SearchDialog })),
)

/** Opens the search over everything, by click or Ctrl/Cmd-K; what it needs is loaded then. */
export const SearchButton = () => {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)

  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      event.preventDefault()
      setOpen(true)
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])

  return (
    <>
      <UnstyledButton
        className={classes.button}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setOpen(true)}
      >
        <IconSearch size={16} stroke={1.8} aria-hidden />
        <VisuallyHidden>{t('search.title')}</VisuallyHidden>
        <span aria-hidden="true" className={classes.word}>
          {t('search.open')}
        </span>
        <em aria-hidden="true">{isApple() ? '⌘K' : 'Ctrl K'}</em>
      </UnstyledButton>
      {isOpen && (
        <Suspense>
          <SearchDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

const isApple = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent)
