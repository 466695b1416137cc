import { AppError } from '@parcela/contract'

export const teamNotFound = (): AppError =>
  new AppError('not_found', 'There is no such team, or it is not yours to see.')

export const memberNotFound = (): AppError => new AppError('not_found', 'This person is not a member of the team.')
