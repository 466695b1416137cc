import { Button, Menu, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconLanguage } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type Language, languages } from '../language/choose-language.ts'
import { speak } from '../language/create-language.ts'
import { useLanguage } from '../language/use-format.ts'

const names: Record<Language, string> = { en: 'English', es: 'Español' }

/** Switches the language; each is named in itself, for those who cannot read the other. */
export const LanguageMenu = () => {
  const { t, i18n } = useTranslation()
  const current = useLanguage()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          c="var(--ink-dim)"
          px={9}
          leftSection={<IconLanguage size={18} stroke={1.7} aria-hidden />}
        >
          <VisuallyHidden>{t('frame.language')}: </VisuallyHidden>
          {current.toUpperCase()}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {languages.map(language => (
          <Menu.Item
            key={language}
            lang={language}
            onClick={() => void speak(i18n, language)}
            rightSection={language === current ? <IconCheck size={15} aria-hidden /> : null}
            aria-current={language === current}
          >
            {names[language]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
