import { ActionIcon, useMantineColorScheme } from '@mantine/core'
import { IconDeviceLaptop, IconMoon, IconSun } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Menu, MenuItem } from './menu.tsx'

const schemes = [
  { scheme: 'auto', Icon: IconDeviceLaptop },
  { scheme: 'light', Icon: IconSun },
  { scheme: 'dark', Icon: IconMoon },
] as const

/** Light, dark, or like the system. */
export const SchemeMenu = () => {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const Current = schemes.find(({ scheme }) => scheme === colorScheme)?.Icon ?? IconDeviceLaptop
  return (
    <Menu
      label={t('frame.scheme')}
      target={props => (
        <ActionIcon
          variant="subtle"
          color="gray"
          c="var(--ink-dim)"
          size={36}
          aria-label={`${t('frame.scheme')}: ${t(`frame.scheme_${colorScheme}`)}`}
          {...props}
        >
          <Current size={18} stroke={1.7} aria-hidden />
        </ActionIcon>
      )}
    >
      {schemes.map(({ scheme, Icon }) => (
        <MenuItem
          key={scheme}
          icon={<Icon size={16} stroke={1.7} aria-hidden />}
          isChosen={scheme === colorScheme}
          onSelect={() => setColorScheme(scheme)}
        >
          {t(`frame.scheme_${scheme}`)}
        </MenuItem>
      ))}
    </Menu>
  )
}
