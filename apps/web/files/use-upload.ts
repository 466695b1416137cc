import { useBlocker } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { UploadProgress } from '../client/send-files.ts'

type Send<T> = (options: { onProgress: (progress: UploadProgress) => void; signal: AbortSignal }) => Promise<T>

/** Runs one upload at a time; while it runs, leaving the page asks first. */
export const useUpload = () => {
  const { t } = useTranslation()
  const [progress, setProgress] = useState<UploadProgress>()
  const [error, setError] = useState<unknown>()
  const controller = useRef<AbortController | undefined>(undefined)
  const isSending = useRef(false)

  useBlocker({
    shouldBlockFn: () => isSending.current && !window.confirm(t('create.leave')),
    enableBeforeUnload: () => isSending.current,
  })

  /** Answers what the server said, or undefined when it failed or was stopped (`error` says which). */
  const upload = async <T>(send: Send<T>): Promise<T | undefined> => {
    controller.current = new AbortController()
    isSending.current = true
    setError(undefined)
    setProgress({ sent: 0, total: 0 })
    try {
      return await send({ onProgress: setProgress, signal: controller.current.signal })
    } catch (failure) {
      if (!controller.current.signal.aborted) setError(failure)
      return undefined
    } finally {
      isSending.current = false
      setProgress(undefined)
    }
  }

  return { progress, error, upload, stop: () => controller.current?.abort() }
}
