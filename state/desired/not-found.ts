import { AppError } from '@parcela/contract'

export const serviceNotFound = (): AppError =>
  new AppError('not_found', 'There is no such service, or it is not yours to see.')

export const domainNotFound = (): AppError => new AppError('not_found', 'The service has no such domain.')

export const releaseNotFound = (): AppError =>
  new AppError('not_found', 'There is no such release, or it is not yours to see.')
