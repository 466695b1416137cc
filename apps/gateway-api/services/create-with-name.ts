import { AppError } from '@parcela/contract'
import type { DesiredState, Idempotency, NewService, Service } from '@parcela/core'

const attempts = 8

/**
 * Creates the service under the name that was asked for, or else under the first free one like the default. Somebody may take a free name
 * between the look and the write: then the next one is tried.
 */
export const createWithName = async (
  desired: Pick<DesiredState, 'createService' | 'suggestName'>,
  service: Omit<NewService, 'name'> & ({ name: string } | { defaultName: string }),
  idempotency?: Idempotency,
): Promise<Service> => {
  if ('name' in service) return desired.createService(service, idempotency)
  const { defaultName, ...rest } = service
  let { suggestion: name } = await desired.suggestName(defaultName, [rest.team_id])
  for (let attempt = 1; ; attempt++) {
    try {
      return await desired.createService({ ...rest, name }, idempotency)
    } catch (error) {
      const taken = error instanceof AppError && error.details?.reason === 'name_taken'
      if (!taken || attempt === attempts) throw error
      name = (await desired.suggestName(defaultName, [rest.team_id])).suggestion
    }
  }
}
