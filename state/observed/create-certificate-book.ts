import type { CertificateBook, Clock } from '@parcela/core'
import { sql } from 'kysely'
import type { Database } from '../database/open-database.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { sharesName, toAttempt, toCertificate } from './certificate-row.ts'

/** As far as the limits of authorities look back. */
const keptMs = 168 * 3_600_000

/** What was asked of certificate authorities, in PostgreSQL. The order of names means nothing. */
export const createCertificateBook = ({ database, clock }: { database: Database; clock: Clock }): CertificateBook => {
  const { db } = database
  const isFor = (names: readonly string[]) => sql<boolean>`names = ${sorted(names)}::text[]`
  return translateFailures<CertificateBook>({
    listAttempts: async (names, now) => {
      const rows = await db
        .selectFrom('certificate_attempts')
        .selectAll()
        .where(sharesName(names))
        .where('at', '>', new Date(now.getTime() - keptMs))
        .orderBy('at')
        .orderBy('id')
        .execute()
      return rows.map(toAttempt)
    },
    recordAttempt: async ({ reason, names, ...attempt }) => {
      await db
        .insertInto('certificate_attempts')
        .values({ ...attempt, names: sorted(names), reason: reason && JSON.stringify(reason) })
        .execute()
      const oldest = new Date(clock.now().getTime() - keptMs)
      await db.deleteFrom('certificate_attempts').where('at', '<=', oldest).execute()
    },
    findCertificate: async names => {
      const row = await db.selectFrom('certificates').selectAll().where(isFor(names)).executeTakeFirst()
      return row && toCertificate(row)
    },
    recordCertificate: async facts => {
      const row = { ...facts, names: sorted(facts.names) }
      await db
        .insertInto('certificates')
        .values(row)
        .onConflict(conflict => conflict.column('names').doUpdateSet(row))
        .execute()
    },
    forgetCertificate: async names => {
      await db.deleteFrom('certificates').where(isFor(names)).execute()
    },
    listCertificates: async () =>
      (await db.selectFrom('certificates').selectAll().orderBy('names').execute()).map(toCertificate),
  })
}

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort()
