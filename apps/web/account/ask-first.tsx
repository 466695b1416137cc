import { Button, type ButtonProps } from '@mantine/core'
import type { UseMutationResult } from '@tanstack/react-query'
import { useState } from 'react'
import { Question } from '../frame/question.tsx'

type Props = {
  /** The button, and what it is about for those who do not see where it is. */
  action: string
  about: string
  title: string
  /** The consequence. */
  text: string
  mutation: Pick<UseMutationResult, 'isPending' | 'error' | 'reset'>
  onConfirm: () => void
  variant?: ButtonProps['variant'] & string
}

/** A button whose effect cannot be taken back: it asks, and gives the focus back where the answer is no. */
export const AskFirst = ({ action, about, title, text, mutation, onConfirm, variant = 'subtle' }: Props) => {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button
        variant={variant}
        color="red"
        c="var(--bad)"
        aria-label={`${action}: ${about}`}
        onClick={() => setOpen(true)}
      >
        {action}
      </Button>
      <Question
        title={title}
        text={text}
        action={action}
        isOpen={isOpen}
        onClose={() => {
          mutation.reset()
          setOpen(false)
        }}
        onConfirm={onConfirm}
        mutation={mutation}
      />
    </>
  )
}
