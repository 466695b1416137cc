import { offlineError, parseErrorAnswer } from './request-error.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Sends one request to the server this page came from and answers its JSON; throws `RequestError`. */
export const requestJson = async <T>(method: Method, path: string, body?: unknown): Promise<T> => {
  const response = await send(method, path, body)
  const answer = parseJson(await response.text())
  if (!response.ok) throw parseErrorAnswer(response.status, answer)
  return answer as T
}

const send = async (method: Method, path: string, body: unknown): Promise<Response> => {
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
  } catch {
    throw offlineError()
  }
}

/** JSON, or undefined where something else came (an empty body, a proxy's page). */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
