import { z } from 'zod'
import { auditCheck, auditFilter, auditList, auditNoted } from '../audit/audit.ts'
import { rotationAnswer } from '../secrets/secret.ts'
import { defineRoute } from './route.ts'

const page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many to answer at most'),
  cursor: z.string().max(200).optional().describe('The `next` of the page before'),
})
const teamId = z.object({ id: z.string().max(200).describe('The id of the team') })

/** Who did what, and the key of what is stored encrypted. */
export const auditRoutes = {
  listAudit: defineRoute({
    method: 'GET',
    path: '/audit',
    summary: 'Who did what',
    permission: 'platform:admin',
    query: auditFilter.extend(page.shape),
    answers: { 200: auditList },
  }),
  exportAudit: defineRoute({
    method: 'GET',
    path: '/audit/export',
    summary: 'Who did what, as CSV',
    permission: 'platform:admin',
    query: auditFilter,
    answers: { 200: null },
    answerType: 'text/csv',
  }),
  verifyAudit: defineRoute({
    method: 'GET',
    path: '/audit/verify',
    summary: 'Check the audit trail (NDJSON)',
    permission: 'platform:admin',
    description: 'Recomputes every hash. A line from time to time says how far it is; the last one is the result.',
    query: z.object({ noted: auditNoted.describe('The head of an earlier verification, which must still be there') }),
    answers: { 200: auditCheck },
    answerType: 'application/x-ndjson',
  }),
  listTeamAudit: defineRoute({
    method: 'GET',
    path: '/teams/{id}/audit',
    summary: 'Who did what in a team',
    permission: 'team:manage',
    params: teamId,
    query: auditFilter.extend(page.shape),
    answers: { 200: auditList },
  }),
  rotateSecrets: defineRoute({
    method: 'POST',
    path: '/secrets/rotate',
    summary: 'Encrypt stored secrets with a new key',
    permission: 'platform:admin',
    description: 'All of them or none. The key file of the installation is replaced.',
    answers: { 200: rotationAnswer },
  }),
}
