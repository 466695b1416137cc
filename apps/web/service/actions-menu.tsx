import { ActionIcon } from '@mantine/core'
import type { ServiceAction, ServiceAnswer } from '@parcela/contract'
import { IconDots, IconPlayerPlay, IconPlayerStop, IconRefresh, IconUpload } from '@tabler/icons-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { arrangeFiles, type PickedFiles } from '../files/picked-files.ts'
import { readPicker } from '../files/read-drop.ts'
import { Menu, MenuItem } from '../frame/menu.tsx'

type Props = { service: ServiceAnswer; onPick: (files: PickedFiles) => void; act: (action: ServiceAction) => void }

/** What else can be done with a site. */
export const ActionsMenu = ({ service, onPick, act }: Props) => {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Menu
        label={t('service.actions')}
        target={props => (
          <ActionIcon variant="default" size={36} aria-label={t('service.actions')} {...props}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        )}
      >
        <MenuItem icon={<IconUpload size={16} aria-hidden />} onSelect={() => input.current?.click()}>
          {t('service.publish')}
        </MenuItem>
        {service.status === 'stopped' ? (
          <MenuItem icon={<IconPlayerPlay size={16} aria-hidden />} onSelect={() => act('start')}>
            {t('service.start')}
          </MenuItem>
        ) : (
          <>
            <MenuItem icon={<IconRefresh size={16} aria-hidden />} onSelect={() => act('restart')}>
              {t('service.restart')}
            </MenuItem>
            <MenuItem icon={<IconPlayerStop size={16} aria-hidden />} onSelect={() => act('stop')}>
              {t('service.stop')}
            </MenuItem>
          </>
        )}
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
