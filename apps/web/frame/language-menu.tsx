import { Button, VisuallyHidden } from '@mantine/core'
import { IconLanguage } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type Language, languages } from '../language/choose-language.ts'
import { speak } from '../language/create-language.ts'
import { useLanguage } from '../language/use-format.ts'
import { Menu, MenuItem } from './menu.tsx'

/** Each in its own words, for those who cannot read the other. */
export const languageNames: Record<Language, string> = { en: 'English', es: 'Español' }

/** Switches the language. */
export const LanguageMenu = () => {
  const { t, i18n } = useTranslation()
  const current = useLanguage()
  return (
    <Menu
      label={t('frame.language')}
      target={props => (
        <Button
          variant="subtle"
          color="gray"
          c="var(--ink-dim)"
          px={9}
          leftSection={<IconLanguage size={18} stroke={1.7} aria-hidden />}
          {...props}
        >
          <VisuallyHidden>{t('frame.language')}: </VisuallyHidden>
          {current.toUpperCase()}
        </Button>
      )}
    >
      {languages.map(language => (
        <MenuItem
          key={language}
          lang={language}
          isChosen={language === current}
          onSelect={() => void speak(i18n, language)}
        >
          {languageNames[language]}
        </MenuItem>
      ))}
    </Menu>
  )
}
