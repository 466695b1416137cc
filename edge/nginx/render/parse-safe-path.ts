import { isAbsolute } from 'node:path'
import { AppError } from '@parcela/contract'

/** An absolute path that can stand in nginx.conf between quotes: nothing in it ends the quotes or is a variable. Throws `invalid`. */
export const parseSafePath = (path: string, setting: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (isAbsolute(path) && !/["'$\\;{}\x00-\x1f\x7f]/.test(path)) return path
  throw new AppError('invalid', `${setting} has to be an absolute path without quotes, $, ;, braces or backslashes.`)
}
