import type { Clock, DesiredState } from '@parcela/core'
import type { Database } from '../database/open-database.ts'
import type { Random } from '../database/random.ts'
import { translateFailures } from '../database/translate-failures.ts'
import { createDomainStore } from './create-domain-store.ts'
import { createReleaseStore } from './create-release-store.ts'
import { createServiceStore } from './create-service-store.ts'
import { createUploadStore } from './create-upload-store.ts'

export type DesiredDependencies = { database: Database; clock: Clock; random: Random }

/** What should be true, in PostgreSQL: one transaction per change, which also writes the event and wakes the reconciler. */
export const createDesiredState = (dependencies: DesiredDependencies): DesiredState =>
  translateFailures({
    ...createServiceStore(dependencies),
    ...createDomainStore(dependencies),
    ...createReleaseStore(dependencies),
    ...createUploadStore(dependencies),
  })
