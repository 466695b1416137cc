import { createHash } from 'node:crypto'
import type { Log } from '@parcela/kit'
import { APIError } from 'better-auth/api'

/** Whoever speaks the range API of haveibeenpwned.com: five hexadecimal digits of a SHA-1 in, the other 35 of every stolen password out. */
export type BreachList = { url: string }

const timeoutMs = 3_000

/**
 * Refuses a new password that is in a public list of stolen ones; the list hears five digits of its hash and nothing else. While the list does not
 * answer, passwords are taken as they are: somebody else's outage keeps nobody out. The log says so.
 */
export const requireUnbreached = async (
  { list, log }: { list: BreachList | undefined; log: Log },
  password: unknown,
): Promise<void> => {
  if (!list || typeof password !== 'string') return
  const hash = createHash('sha1').update(password).digest('hex').toUpperCase()
  const found = await askList(list, hash.slice(0, 5)).catch((err: unknown) => {
    log.warn({ part: 'identity', err }, 'the list of stolen passwords did not answer; a new password was not looked up')
    return ''
  })
  if (!isListed(found, hash.slice(5))) return
  throw new APIError('BAD_REQUEST', {
    code: 'PASSWORD_COMPROMISED',
    message: 'This password is in a public list of stolen passwords. Choose another one.',
  })
}

const askList = async ({ url }: BreachList, prefix: string): Promise<string> => {
  const response = await fetch(new URL(`/range/${prefix}`, url), {
    headers: { 'add-padding': 'true' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (response.status !== 200) throw new Error(`The list answered ${response.status}`)
  return response.text()
}

/** Lines of `rest of the hash:how often`; those with 0 are padding. */
const isListed = (answer: string, rest: string): boolean =>
  answer.split(/\r?\n/).some(line => {
    const [suffix, count] = line.split(':')
    return suffix?.toUpperCase() === rest && Number(count) > 0
  })
