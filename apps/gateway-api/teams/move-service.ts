import type { gatewayRoutes } from '@parcela/contract'
import { toServiceAnswer } from '../answers/service-answer.ts'
import { scopeFor } from '../callers/caller.ts'
import { createRequireTeam } from '../callers/require-team.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handler } from '../routes/route-input.ts'

/** POST /services/{id}/move: by somebody who owns the team that it leaves and the one that it joins. */
export const createMoveService =
  ({
    desired,
    teams,
    settings,
  }: Pick<GatewayPorts, 'desired' | 'teams' | 'settings'>): Handler<typeof gatewayRoutes.moveService> =>
  async ({ caller, params, body }) => {
    const scope = scopeFor(caller, 'service:move')
    // The service first: of one that the caller may not see, nothing else is said.
    await desired.getService(scope, params.id)
    const team = await createRequireTeam(teams)(caller, body.team_id, 'service:move')
    const service = await desired.moveService(scope, params.id, { team_id: team.id, by: caller.person.id })
    return { status: 202, body: toServiceAnswer(service, settings) }
  }
