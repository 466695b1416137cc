import type { CreateServiceRequest, ReleaseAnswer, ServiceAnswer } from '@parcela/contract'
import type { PickedFile } from '../files/picked-files.ts'
import { offlineError, parseErrorAnswer } from './request-error.ts'
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

// XMLHttpRequest, because fetch still cannot say how much of a body was sent.
const postForm = <T>(url: string, form: FormData, { onProgress, signal }: Options): Promise<T> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.setRequestHeader('idempotency-key', crypto.randomUUID())
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
