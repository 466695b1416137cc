import type { CreateServiceRequest, ReleaseAnswer, ServiceAnswer } from '@parcela/contract'
import type { PickedFile } from '../files/picked-files.ts'
import { offlineError, parseErrorAnswer, RequestError } from './request-error.ts'
import { parseJson } from './request-json.ts'

export type UploadProgress = { sent: number; total: number }
type Options = { onProgress: (progress: UploadProgress) => void; signal: AbortSignal }

/** Asks for a new service, with its first files. */
export const createServiceWithFiles = (
  request: CreateServiceRequest,
  files: readonly PickedFile[],
  options: Options,
): Promise<ServiceAnswer> => {
  const form = new FormData()
  form.append('request', JSON.stringify(request))
  appendFiles(form, files)
  return postForm<ServiceAnswer>('/api/v1/services', form, options)
}

/** Publishes new files to a service that exists. */
export const createReleaseWithFiles = (
  serviceId: string,
  files: readonly PickedFile[],
  options: Options,
): Promise<ReleaseAnswer> => {
  const form = new FormData()
  appendFiles(form, files)
  return postForm<ReleaseAnswer>(`/api/v1/services/${encodeURIComponent(serviceId)}/releases`, form, options)
}

const appendFiles = (form: FormData, files: readonly PickedFile[]): void => {
  for (const { path, file } of files) form.append('files', file, path)
}

/**
 * Sends the form; where the connection breaks, once more. The key is the same, so that a request which did arrive is not carried out twice.
 * (A computer that runs the platform itself changes its networks while sites start, and browsers then drop what is under way.)
 */
const postForm = async <T>(url: string, form: FormData, options: Options): Promise<T> => {
  const key = crypto.randomUUID()
  try {
    return await sendForm<T>(url, form, { ...options, key })
  } catch (error) {
    if (!(error instanceof RequestError) || error.code !== 'offline') throw error
    return sendForm<T>(url, form, { ...options, key })
  }
}

// XMLHttpRequest, because fetch still cannot say how much of a body was sent.
const sendForm = <T>(url: string, form: FormData, { onProgress, signal, key }: Options & { key: string }): Promise<T> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.setRequestHeader('idempotency-key', key)
    request.upload.onprogress = event => onProgress({ sent: event.loaded, total: event.total })
    request.onload = () => {
      const answer = parseJson(request.responseText)
      if (request.status >= 200 && request.status < 300) resolve(answer as T)
      else reject(parseErrorAnswer(request.status, answer))
    }
    request.onerror = () => reject(offlineError())
    request.onabort = () => reject(new DOMException('The upload was cancelled', 'AbortError'))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(form)
  })
