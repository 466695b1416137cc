import type { Clock, DesiredReader, ReleaseId, ServiceId } from '@parcela/core'
import type { Log } from '@parcela/kit'
import type { Database } from '../database/open-database.ts'
import { translateFailures } from '../database/translate-failures.ts'
import type { Listener } from '../events/create-listener.ts'
import { selectDomains, toDomain } from './domain-row.ts'
import { findUnreferencedBlobs } from './find-unreferenced-blobs.ts'
import { findRelease } from './read-releases.ts'
import { selectSpecs, toSpec } from './read-services.ts'

type Dependencies = { database: Database; listener: Listener; clock: Clock; log: Log }

/**
 * What the reconciler reads. A service whose deletion is complete is not found any more, although its files are kept for a while: its name may
 * belong to another service by then.
 */
export const createDesiredReader = ({ database, listener, clock, log }: Dependencies): DesiredReader => {
  const { db } = database
  const present = selectSpecs(db)
    .where('services.gone_at', 'is', null)
    // Nothing of a service that waits for approval, or was refused it, is worked on before it is approved or deleted.
    .where(({ eb, or }) => or([eb('services.approval', 'is', null), eb('services.power', '=', 'deleted')]))
  return translateFailures<DesiredReader>({
    findService: async id => {
      const row = await present.where('services.id', '=', id).executeTakeFirst()
      return row && toSpec(row)
    },
    listDomains: async id => {
      const rows = await selectDomains(db, 'every-team')
        .where('domains.service_id', '=', id)
        .orderBy('domains.created_at')
        .orderBy('domains.name')
        .execute()
      return rows.map(toDomain)
    },
    listAllDomains: async () => {
      const rows = await selectDomains(db, 'every-team')
        .where('services.power', '<>', 'deleted')
        .orderBy('domains.service_id')
        .orderBy('domains.created_at')
        .orderBy('domains.name')
        .execute()
      return rows.map(toDomain)
    },
    findRelease: id => findRelease(db, 'every-team', id),
    readManifest: async (id: ReleaseId) => {
      const rows = await db
        .selectFrom('release_files')
        .select(['path', 'sha256', 'size'])
        .where('release_id', '=', id)
        .orderBy('path')
        .execute()
      return rows.map(row => ({ ...row, size: Number(row.size) }))
    },
    listServices: async () => (await present.orderBy('services.id').execute()).map(toSpec),
    findUnreferencedBlobs: digests => findUnreferencedBlobs(db, digests, clock.now()),
    onChange: tell => {
      // After a new connection nobody knows what changed meanwhile, so every service that is there is told of.
      const tellAll = async (): Promise<void> => {
        const rows = await db.selectFrom('services').select(['id', 'generation']).where('gone_at', 'is', null).execute()
        for (const row of rows) tell(row)
      }
      return listener.subscribe('parcela_desired', payload => {
        if (payload !== undefined) return tell(parseChange(payload))
        tellAll().catch(error => log.warn({ err: error }, 'The services could not be read after a lost connection'))
      })
    },
  })
}

const parseChange = (payload: string): { id: ServiceId; generation: number } => JSON.parse(payload)
