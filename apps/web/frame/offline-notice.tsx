import { IconPlugConnectedX } from '@tabler/icons-react'
import { useIsFetching, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
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

/** Judged by requests alone: what the browser calls "online" is about cables, and a server may well be on this very machine. */
const useIsOffline = (): boolean => {
  const queryClient = useQueryClient()
  useIsFetching()
  const isUnreachable = queryClient
    .getQueryCache()
    .getAll()
    .some(({ state }) => state.error instanceof RequestError && state.error.code === 'offline')

  useEffect(() => {
    const look = (): void => void queryClient.refetchQueries({ type: 'active' })
    window.addEventListener('online', look)
    window.addEventListener('offline', look)
    const timer = isUnreachable ? setInterval(look, askAgainMs) : undefined
    return () => {
      window.removeEventListener('online', look)
      window.removeEventListener('offline', look)
      clearInterval(timer)
    }
  }, [isUnreachable, queryClient])

  return isUnreachable
}
