import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { MessagePage } from './message-page.tsx'

export const NotFoundPage = () => {
  const { t } = useTranslation()
  return (
    <MessagePage title={t('frame.not_found_title')} text={t('frame.not_found_text')}>
      <Button renderRoot={props => <Link to="/" {...props} />}>{t('frame.to_services')}</Button>
    </MessagePage>
  )
}
