import { Button } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { RequestError } from '../client/request-error.ts'
import { explainError } from '../language/explain-error.ts'
import { useLanguage } from '../language/use-format.ts'
import { MessagePage } from './message-page.tsx'

/** What is shown where a page broke, or its data could not be had at all. */
export const FailedPage = ({ error, reset }: ErrorComponentProps) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const router = useRouter()
  const isRequest = error instanceof RequestError
  const tryAgain = (): void => {
    reset()
    void router.invalidate()
  }
  return (
    <MessagePage
      title={t('frame.failed_title')}
      text={isRequest ? explainError(error, t, language) : t('frame.failed_text')}
    >
      <Button onClick={tryAgain}>{t('common.try_again')}</Button>
      {!isRequest && (
        <details>
          <summary>{t('common.details')}</summary>
          {error instanceof Error ? error.message : String(error)}
        </details>
      )}
    </MessagePage>
  )
}
