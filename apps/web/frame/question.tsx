import { Button } from '@mantine/core'
import type { UseMutationResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { RequestFailed } from './request-failed.tsx'

type Props = {
  title: string
  /** The consequence, in words. */
  text: ReactNode
  /** What the button says that does it. */
  action: string
  isDangerous?: boolean
  isOpen: boolean
  onClose: () => void
  onConfirm: () => void
  mutation: Pick<UseMutationResult, 'isPending' | 'error'>
}

/** Asks before something is done that is hard to take back. */
export const Question = ({ title, text, action, isDangerous = true, isOpen, onClose, onConfirm, mutation }: Props) => {
  const { t } = useTranslation()
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      <p>{text}</p>
      {mutation.error !== null && <RequestFailed title={t('service.failed_action')} error={mutation.error} />}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('common.cancel')}
        </Button>
        <Button {...(isDangerous && { color: 'red' })} loading={mutation.isPending} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  )
}
