import { IconPlugConnectedX } from '@tabler/icons-react'
import { useIsFetching, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestError } from '../client/request-error.ts'
import classes from './app-frame.module.css'

/** Says quietly that the server cannot be reached, judged by what the last requests met; goes away by itself. */
export const OfflineNotice = () => {
  const { t } = useTranslation()
  const isOffline = useIsOffline()
  return (
    <div role="status" aria-live="polite">
      {isOffline && (
        <p className={classes.offline}>
          <IconPlugConnectedX size={17} stroke={1.7} aria-hidden /> {t('frame.offline')}
        </p>
      )}
    </div>
  )
}

const askAgainMs = 4_000

const useIsOffline = (): boolean => {
  const queryClient = useQueryClient()
  useIsFetching()
  const [isCut, setCut] = useState(!navigator.onLine)
  const isUnreachable = queryClient
    .getQueryCache()
    .getAll()
    .some(({ state }) => state.error instanceof RequestError && state.error.code === 'offline')

  useEffect(() => {
    const online = (): void => setCut(false)
    const offline = (): void => setCut(true)
    window.addEventListener('online', online)
    window.addEventListener('offline', offline)
    return () => {
      window.removeEventListener('online', online)
      window.removeEventListener('offline', offline)
    }
  }, [])

  useEffect(() => {
    if (!isUnreachable) return
    const timer = setInterval(() => void queryClient.refetchQueries({ type: 'active' }), askAgainMs)
    return () => clearInterval(timer)
  }, [isUnreachable, queryClient])

  return isCut || isUnreachable
}
