import { Readable } from 'node:stream'
import type { AuditAnswer, auditFilter, gatewayRoutes } from '@parcela/contract'
import type { AuditCheck, AuditFilter, AuditRow, AuditTrail, Teams } from '@parcela/core'
import type { z } from 'zod'
import { createRequireTeam } from '../callers/require-team.ts'
import type { Handlers } from '../routes/route-input.ts'
import { renderCsv } from './render-csv.ts'

type Dependencies = { audit: AuditTrail; teams: Pick<Teams, 'getTeam'> }
type Names = 'listAudit' | 'exportAudit' | 'verifyAudit' | 'listTeamAudit'

/** Reading the audit trail: administrators all of it, owners of a team its rows. */
export const createAuditHandlers = ({ audit, teams }: Dependencies): Handlers<typeof gatewayRoutes, Names> => {
  const requireTeam = createRequireTeam(teams)
  return {
    listAudit: async ({ query: { limit, cursor, ...filter } }) => {
      const { items, next } = await audit.list('every-team', toFilter(filter), { limit, cursor })
      return { status: 200, body: { items: items.map(toAnswer), next } }
    },

    exportAudit: async ({ query, reply }) => {
      reply.header('content-disposition', 'attachment; filename="audit.csv"')
      return Readable.from(renderCsv(audit.read('every-team', toFilter(query))), { objectMode: true })
    },

    verifyAudit: async ({ query, reply, signal }) => {
      reply.headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      return Readable.from(renderChecks(audit.verify({ noted: toPlace(query.noted) }), signal), { objectMode: true })
    },

    listTeamAudit: async ({ caller, params: { id }, query: { limit, cursor, ...filter } }) => {
      const team = await requireTeam(caller, id, 'team:manage')
      const { items, next } = await audit.list([team.id], toFilter(filter), { limit, cursor })
      return { status: 200, body: { items: items.map(toAnswer), next } }
    },
  }
}

const toFilter = ({ from, to, ...filter }: z.output<typeof auditFilter>): AuditFilter => ({
  ...filter,
  ...(from ? { from: new Date(from) } : {}),
  ...(to ? { to: new Date(to) } : {}),
})

const toPlace = (noted: string | undefined) => {
  const [seq, hash] = noted?.split(':') ?? []
  return seq && hash ? { seq: Number(seq), hash } : undefined
}

const toAnswer = ({ at, ...row }: AuditRow): AuditAnswer => ({ ...row, at: at.toISOString() })

async function* renderChecks(checks: AsyncIterable<AuditCheck>, signal: AbortSignal): AsyncGenerator<string> {
  for await (const check of checks) {
    if (signal.aborted) return
    yield `${JSON.stringify(check)}\n`
  }
}
