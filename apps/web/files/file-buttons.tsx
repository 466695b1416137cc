import { Button, VisuallyHidden } from '@mantine/core'
import { IconFile, IconFolder } from '@tabler/icons-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { arrangeFiles, type PickedFiles } from './picked-files.ts'
import { readPicker } from './read-drop.ts'

type Props = { onPick: (files: PickedFiles) => void; size?: 'sm' | 'md' }

/** The same as dropping, for keyboards and touch: choose a folder, or files. */
export const FileButtons = ({ onPick, size = 'sm' }: Props) => {
  const { t } = useTranslation()
  const folder = useRef<HTMLInputElement>(null)
  const files = useRef<HTMLInputElement>(null)
  const take = (input: HTMLInputElement): void => {
    const picked = readPicker(input)
    // The same choice again must be a change again.
    input.value = ''
    if (picked.length > 0) onPick(arrangeFiles(picked))
  }
  return (
    <>
      <Button
        variant="default"
        size={size}
        leftSection={<IconFolder size={17} stroke={1.7} aria-hidden />}
        onClick={() => folder.current?.click()}
      >
        {t('files.choose_folder')}
      </Button>
      <Button
        variant="default"
        size={size}
        leftSection={<IconFile size={17} stroke={1.7} aria-hidden />}
        onClick={() => files.current?.click()}
      >
        {t('files.choose_files')}
      </Button>
      <VisuallyHidden>
        <input
          ref={folder}
          type="file"
          multiple
          tabIndex={-1}
          aria-hidden="true"
          data-testid="folder-input"
          onChange={event => take(event.currentTarget)}
          {...{ webkitdirectory: '' }}
        />
        <input
          ref={files}
          type="file"
          multiple
          tabIndex={-1}
          aria-hidden="true"
          data-testid="files-input"
          onChange={event => take(event.currentTarget)}
        />
      </VisuallyHidden>
    </>
  )
}
