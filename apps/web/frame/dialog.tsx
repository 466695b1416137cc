import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './dialog.module.css'

type Props = { title: string; isOpen: boolean; onClose: () => void; isWide?: boolean; children: ReactNode }

/** A question or a form over the page; the focus stays inside and returns. Put together by hand: the header of Mantine's whole dialog would be a second banner to screen readers. */
export const Dialog = ({ title, isOpen, onClose, isWide = false, children }: Props) => (
  <Modal.Root opened={isOpen} onClose={onClose} size={isWide ? 'lg' : 'md'}>
    <Modal.Overlay />
    <Modal.Content>
      <Modal.Body className={classes.body}>
        <Modal.Title className={classes.title}>{title}</Modal.Title>
        {children}
      </Modal.Body>
    </Modal.Content>
  </Modal.Root>
)
