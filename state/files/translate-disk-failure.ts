import { AppError } from '@parcela/contract'

/** No space, or no space for this user (errno(3)). */
const fullCodes = ['ENOSPC', 'EDQUOT']

/** What a person is told when the disk refuses; anything else stays what it is. */
export const translateDiskFailure = (error: unknown): unknown =>
  fullCodes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '')
    ? new AppError('unavailable', 'The disk of the server is full. Nothing was changed; tell the administrator.', {
        details: { reason: 'disk_full' },
        cause: error,
      })
    : error
