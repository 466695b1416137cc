import { AppError } from '@parcela/contract'
import type { TeamId } from '@parcela/core'
import type { ReconcilerPorts } from '../loop/reconciler-ports.ts'

/** Removes a team's network and gives its subnet back, unless something is attached to it: then it is wanted again, and stays. */
export const removeNetwork = async (
  { runtime, leases }: Pick<ReconcilerPorts, 'runtime' | 'leases'>,
  teamId: TeamId,
): Promise<'removed' | 'still in use'> => {
  try {
    await runtime.removeNetwork({ team_id: teamId })
  } catch (error) {
    if (error instanceof AppError && error.details?.reason === 'in_use') return 'still in use'
    throw error
  }
  await leases.releaseSubnet(teamId)
  return 'removed'
}
