import { AppError } from '@parcela/contract'
import { isLocalhost } from '../connection/is-localhost.ts'

/** The origin of a server as a person names it: `https://` may be left out. Plain HTTP only to this very machine: passwords and keys travel there. */
export const parseServerUrl = (text: string): string => {
  const withScheme = text.includes('://') ? text : `https://${text}`
  if (!URL.canParse(withScheme)) throw new AppError('invalid', `${text} is not the address of a server.`)
  const url = new URL(withScheme)
  const isLocal = isLocalhost(url.hostname) || url.hostname === '127.0.0.1' || url.hostname === '[::1]'
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal))
    throw new AppError(
      'invalid',
      `${text} must begin with https://, so that nobody on the way reads your password or key.`,
    )
  return url.origin
}
