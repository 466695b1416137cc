import { AppError } from '@parcela/contract'
import type { Challenge } from '@parcela/core'
import type { AcmeProblem } from './parse-log.ts'
import type { CertbotRun } from './run-certbot.ts'

type Context = {
  names: readonly string[]
  challenge: Challenge | undefined
  server: string
  now: Date
}

/** What certbot's end without success means, by what the authority said last, or else by what certbot printed. */
export const explainFailure = (run: CertbotRun, problem: AcmeProblem | undefined, context: Context): AppError => {
  const cause = new Error(`certbot ended with ${run.exitCode}: ${lastLines(run.stderr || run.stdout)}`)
  return problem ? explainProblem(problem, context, cause) : explainOutput(run, context, cause)
}

const explainProblem = (problem: AcmeProblem, context: Context, cause: Error): AppError => {
  const { type, status, detail } = problem
  if (type === 'rateLimited' || status === 429) return rateLimited(problem, context, cause)
  if (problem.isValidation) return validationFailed(problem, context, cause)
  const authority = `The certificate authority ${hostOf(context.server)}`
  if (status >= 500 || type === 'serverInternal' || type === 'badNonce')
    return new AppError('unavailable', `${authority} could not answer: ${words(detail)}. It is asked again later.`, {
      details: { problem: type },
      cause,
    })
  const names = problem.names.length > 0 ? problem.names : context.names
  return new AppError(
    'rejected',
    `${authority} refused ${listNames(names)}: ${words(detail)}. ${adviceOf(type)}`.trim(),
    {
      details: { reason: 'name_refused', problem: type },
      cause,
    },
  )
}

const rateLimited = ({ type, detail, retryAfter }: AcmeProblem, context: Context, cause: Error): AppError => {
  const retry_after_s = secondsUntil(retryAfter, detail, context.now)
  const until = retry_after_s === undefined ? 'later' : `in ${retry_after_s} s`
  return new AppError(
    'rejected',
    `The certificate authority ${hostOf(context.server)} was asked too often: ${words(detail)}. It is asked again ${until}.`,
    {
      details: { reason: 'rate_limited', problem: type, ...(retry_after_s === undefined ? {} : { retry_after_s }) },
      cause,
    },
  )
}

const validationFailed = ({ type, detail, names }: AcmeProblem, context: Context, cause: Error): AppError => {
  const lookAt = {
    dns: 'Check that the zone is delegated to the name server that the platform writes to.',
    http: 'Check that the name leads to this platform, and that its port 80 can be reached from the internet.',
  }
  const advice = adviceOf(type) || (context.challenge ? lookAt[context.challenge] : '')
  return new AppError(
    'rejected',
    `The certificate authority ${hostOf(context.server)} could not validate ${listNames(names)}: ${words(detail)}. ${advice}`.trim(),
    { details: { reason: 'validation_failed', problem: type }, cause },
  )
}

const advice: Readonly<Record<string, string>> = {
  caa: 'The CAA records of the name do not allow this authority: add it there, or remove them.',
  externalAccountRequired:
    'An administrator sets PARCELA_ACME_EAB_KEY_ID and PARCELA_ACME_EAB_HMAC, as the authority gives them.',
  invalidContact: 'An administrator corrects PARCELA_ACME_EMAIL.',
  unsupportedContact: 'An administrator corrects PARCELA_ACME_EMAIL.',
  dnssec: 'Check the DNSSEC signatures of the zone.',
}
const adviceOf = (type: string): string => (Object.hasOwn(advice, type) ? (advice[type] ?? '') : '')

const explainOutput = ({ exitCode, stderr, stdout }: CertbotRun, { server }: Context, cause: Error): AppError => {
  const output = stderr + stdout
  const authority = `The certificate authority ${hostOf(server)}`
  const unavailable = (message: string): AppError => new AppError('unavailable', message, { cause })
  // The exit code of setpriv for a program that is not there.
  if (exitCode === 127) return certbotMissing(cause)
  if (/Another instance of Certbot is already running/.test(output))
    return unavailable('Another certbot of this platform is still running. It is tried again later.')
  if (/CERTIFICATE_VERIFY_FAILED|SSLError|CERTIFICATE.*certificate bundle|invalid path: /i.test(output))
    return unavailable(
      `${authority} could not be asked: its own certificate is signed by an unknown CA. An administrator gives that CA in PARCELA_ACME_CA.`,
    )
  if (
    /ConnectionError|ConnectTimeout|ReadTimeout|Requesting \S+:|Max retries exceeded|Connection (refused|reset)/.test(
      output,
    )
  )
    return unavailable(`${authority} did not answer. It is asked again later.`)
  return unavailable(
    `certbot gave no certificate, and no answer of ${hostOf(server)} says why. Its log does, in the folder of certbot.`,
  )
}

export const certbotMissing = (cause: unknown): AppError =>
  new AppError(
    'unavailable',
    'certbot could not be started. Is it installed? Install it with: apt-get install certbot',
    {
      cause,
    },
  )

/** Seconds or a date (RFC 9110, section 10.2.3); Let's Encrypt also ends its words with "retry after 2026-01-31 10:00:00 UTC". */
const secondsUntil = (header: string | undefined, detail: string, now: Date): number | undefined => {
  if (header !== undefined && /^\d{1,9}$/.test(header)) return Number(header)
  const [, written] = /retry after (\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)/.exec(detail) ?? []
  const times = [Date.parse(header ?? ''), Date.parse(`${written?.replace(' ', 'T')}Z`)]
  const time = times.find(candidate => !Number.isNaN(candidate))
  return time === undefined ? undefined : Math.max(0, Math.ceil((time - now.getTime()) / 1000))
}

const words = (detail: string): string => (detail === '' ? 'it did not say why' : `"${detail.replace(/\.$/, '')}"`)

const listNames = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')

const hostOf = (server: string): string => new URL(server).host

const lastLines = (output: string): string => output.trim().split('\n').slice(-8).join('\n')
