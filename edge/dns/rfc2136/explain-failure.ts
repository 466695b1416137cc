import { AppError } from '@parcela/contract'

/** Which server, what was tried there, and with which key: for the message. */
export type Attempt = { server: string; what: string; keyName: string | undefined }

type Refusal = { code: 'rejected' | 'unavailable'; reason?: string; problem: (attempt: Attempt) => string }

/** DNS answers, in the words of dig and nsupdate, that mean a refusal. The first that matches. */
const refusals: readonly [RegExp, Refusal][] = [
  [
    /BADTIME|clocks are unsynchronized/,
    {
      code: 'rejected',
      reason: 'clock_skew',
      problem: () => 'its clock and that of this machine differ by more than five minutes. Set both by NTP.',
    },
  ],
  [
    /BADKEY|BADSIG|BADTRUNC|verify signature|TSIG error/,
    {
      code: 'rejected',
      reason: 'wrong_key',
      problem: ({ keyName }) => `it does not know the key "${keyName}", or has another secret or algorithm for it.`,
    },
  ],
  [
    /NOTAUTH|NOTZONE/,
    { code: 'rejected', reason: 'not_authoritative', problem: () => 'it is not the primary server of that zone.' },
  ],
  [
    /REFUSED/,
    {
      code: 'rejected',
      reason: 'update_refused',
      problem: ({ keyName }) =>
        `it does not allow this ${keyName ? `to the key "${keyName}"` : 'without a key'}. In BIND: allow-update or update-policy.`,
    },
  ],
  [/NOTIMP/, { code: 'rejected', reason: 'no_updates', problem: () => 'it does not know dynamic updates (RFC 2136).' }],
  [/FORMERR/, { code: 'rejected', reason: 'update_refused', problem: () => 'it could not read the message.' }],
  [/SERVFAIL/, { code: 'unavailable', problem: () => 'it failed inside (SERVFAIL). Its log says why.' }],
]

/** The vendor's words as an error for a person. `said` goes to the log alone, without the secret of the key. */
export const explainFailure = (said: string, attempt: Attempt): AppError => {
  const cause = new Error(said.trim().split('\n').slice(-8).join('\n'))
  const { server, what } = attempt
  const [, refusal] = refusals.find(([words]) => words.test(said)) ?? []
  if (!refusal) {
    return new AppError('unavailable', `The name server ${server} did not answer ${what}. It will be asked again.`, {
      cause,
    })
  }
  const { code, reason, problem } = refusal
  return new AppError(code, `The name server ${server} refused ${what}: ${problem(attempt)}`, {
    ...(reason ? { details: { reason } } : {}),
    cause,
  })
}

/** A program that is not there at all, by its name. */
export const explainMissing = (program: string, error: unknown): unknown => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error
  return new AppError('unavailable', `The program ${program} is not installed. On Debian: apt install bind9-dnsutils`, {
    cause: error,
  })
}
