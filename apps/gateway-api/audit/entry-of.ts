import type { AuditEntry, AuditOutcome } from '@parcela/core'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../callers/caller.ts'

type Facts = Pick<
  AuditEntry,
  'at' | 'action' | 'object_type' | 'object_id' | 'team_id' | 'error_code' | 'before' | 'after'
> & {
  caller: Pick<Caller, 'person' | 'by' | 'through_id'> | null
  status: number
}

const longestAgent = 300

/** An entry about a request. */
export const entryOf = (request: FastifyRequest, { caller, status, ...facts }: Facts): AuditEntry => ({
  ...facts,
  actor: caller && { id: caller.person.id, username: caller.person.username },
  through: caller?.by ?? 'nobody',
  through_id: caller?.through_id ?? null,
  address: request.ip ?? null,
  user_agent: request.headers['user-agent']?.slice(0, longestAgent) ?? null,
  request_id: request.id,
  outcome: outcomeOf(status),
  status,
})

const outcomeOf = (status: number): AuditOutcome => {
  if (status < 400) return 'done'
  return status < 500 ? 'refused' : 'failed'
}
