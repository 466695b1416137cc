import { toAppError } from '@parcela/contract'
import type { DesiredState } from '@parcela/core'
import type { AuditReaders } from './audit-requests.ts'

/** How the trail reads what is changed, to tell what differs; whoever asks is not asked about here, for nothing of it is answered to them. */
export const createAuditReaders = ({ desired }: { desired: Pick<DesiredState, 'getService'> }): AuditReaders => ({
  service: async id => {
    const service = await desired.getService('every-team', id).catch(undefinedWhereMissing)
    if (!service) return undefined
    const { name, team_id, owner_id, power, release_id, https_redirect, maintenance, restarts } = service
    const { resources, additional_requirements } = service
    return {
      team_id,
      fields: {
        name,
        team_id,
        owner_id,
        power,
        release_id,
        restarts,
        https_redirect,
        maintenance,
        ...resources,
        additional_requirements,
      },
    }
  },
})

const undefinedWhereMissing = (error: unknown): undefined => {
  if (toAppError(error).code === 'not_found') return undefined
  throw error
}
