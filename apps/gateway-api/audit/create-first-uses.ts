import type { AuditTrail, Clock } from '@parcela/core'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../callers/caller.ts'
import type { AuditDesk } from './create-audit-desk.ts'
import { entryOf } from './entry-of.ts'

type Dependencies = { desk: AuditDesk; audit: Pick<AuditTrail, 'has'>; clock: Clock }

const action = 'api-key.first-use'
const mostKnown = 10_000

/** Writes down that an API key was used for the first time, and from where: also when it only reads. */
export const createFirstUses = ({ desk, audit, clock }: Dependencies) => {
  const known = new Set<string>()
  return {
    note: async (request: FastifyRequest, caller: Caller): Promise<void> => {
      const { through_id, person } = caller
      if (known.has(through_id)) return
      if (known.size >= mostKnown) known.clear()
      known.add(through_id)
      try {
        if (await audit.has(action, through_id)) return
        const facts = { object_type: 'key', object_id: through_id, team_id: person.team_id, before: null, after: null }
        await desk.record(
          entryOf(request, { ...facts, at: clock.now(), caller, action, status: 200, error_code: null }),
        )
      } catch (error) {
        known.delete(through_id)
        throw error
      }
    },
  }
}
