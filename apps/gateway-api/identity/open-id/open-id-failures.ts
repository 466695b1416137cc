import { AppError } from '@parcela/contract'

/** The provider did not answer, or answered that it is not well. */
export const providerUnavailable = (name: string, cause: unknown): AppError =>
  new AppError('unavailable', `${name} did not answer. Try again later, or sign in another way.`, {
    details: { reason: 'sign_in_provider_unavailable' },
    cause,
  })

/** The provider's answer is not one to believe, or it refused. `why` is for the log. */
export const providerRefused = (name: string, why: string, cause?: unknown): AppError =>
  new AppError(
    'rejected',
    `${name} gave an answer that cannot be trusted. Nobody was signed in; tell an administrator.`,
    {
      details: { reason: 'sign_in_provider_refused' },
      cause: new Error(why, { cause }),
    },
  )
