import { AppError } from '@parcela/contract'
import { createId, type DesiredState, type UploadId } from '@parcela/core'
import { sql } from 'kysely'
import { refuseTooManyUploads } from '../quotas/refuse-too-many-uploads.ts'
import type { DesiredDependencies } from './create-desired-state.ts'
import { findUnreferencedBlobs } from './find-unreferenced-blobs.ts'
import { insertFiles } from './insert-files.ts'

type UploadStore = Pick<
  DesiredState,
  'createUpload' | 'getUpload' | 'removeUpload' | 'recordSentBlob' | 'findReadableBlobs' | 'findUnreferencedBlobs'
>

const dayMs = 86_400_000

export const createUploadStore = ({ database, clock, random }: DesiredDependencies): UploadStore => {
  const { db } = database
  return {
    createUpload: ({ team_id, person_id, files }) =>
      db.transaction().execute(async trx => {
        const now = clock.now()
        const expires_at = new Date(now.getTime() + dayMs)
        const id = createId('up', now.getTime(), random(16))
        await trx.deleteFrom('uploads').where('expires_at', '<=', now).execute()
        await trx.deleteFrom('sent_blobs').where('expires_at', '<=', now).execute()
        await refuseTooManyUploads(trx, person_id)
        await trx.insertInto('uploads').values({ id, team_id, person_id, created_at: now, expires_at }).execute()
        await insertFiles(trx, { table: 'upload_files', id }, files)
        return { id, expires_at }
      }),
    getUpload: async (personId, id) => {
      const upload = await db
        .selectFrom('uploads')
        .select('id')
        .where('id', '=', id as UploadId)
        .where('person_id', '=', personId)
        .where('expires_at', '>', clock.now())
        .executeTakeFirst()
      if (!upload)
        throw new AppError('not_found', 'There is no such upload: it was used, it expired, or it is not yours.')
      const files = await db
        .selectFrom('upload_files')
        .select(['path', 'sha256', 'size'])
        .where('upload_id', '=', upload.id)
        .orderBy('path')
        .execute()
      return { id: upload.id, files: files.map(file => ({ ...file, size: Number(file.size) })) }
    },
    removeUpload: async id => {
      await db.deleteFrom('uploads').where('id', '=', id).execute()
    },
    recordSentBlob: async (person_id, { sha256, size }) => {
      const expires_at = new Date(clock.now().getTime() + dayMs)
      await db
        .insertInto('sent_blobs')
        .values({ person_id, sha256, size, expires_at })
        .onConflict(conflict => conflict.columns(['person_id', 'sha256']).doUpdateSet({ expires_at }))
        .execute()
    },
    findReadableBlobs: async (scope, personId, digests) => {
      const { rows } = await sql<{ sha256: string; size: string }>`
        select f.sha256, f.size from release_files f join releases r on r.id = f.release_id
          where f.sha256 = any(${[...digests]}::text[]) and r.team_id = any(${[...scope]}::text[])
        union
        select sha256, size from sent_blobs
          where person_id = ${personId} and sha256 = any(${[...digests]}::text[]) and expires_at > ${clock.now()}
      `.execute(db)
      return new Map(rows.map(row => [row.sha256, Number(row.size)]))
    },
    findUnreferencedBlobs: digests => findUnreferencedBlobs(db, digests, clock.now()),
  }
}
