import { Readable } from 'node:stream'
import type { gatewayRoutes } from '@parcela/contract'
import type { DesiredState, FileStore } from '@parcela/core'
import type { Log } from '@parcela/kit'
import type { Handlers } from '../routes/route-input.ts'
import type { GatewaySettings } from '../settings.ts'
import { checkManifest, totalBytes } from './check-manifest.ts'
import { findMissing } from './claim-upload.ts'
import { withHeldFiles } from './with-held-files.ts'

type Dependencies = { desired: DesiredState; files: FileStore; settings: GatewaySettings; log: Log }

/** Publish by digest: POST /uploads announces the files, PUT /blobs/{sha256} sends those that are missing. */
export const createUploadHandlers = ({
  desired,
  files,
  settings,
  log,
}: Dependencies): Handlers<typeof gatewayRoutes, 'createUpload' | 'putBlob'> => ({
  createUpload: async ({ body, caller }) => {
    const { person } = caller
    checkManifest(body.files, { bytes: settings.uploadLimitBytes, files: settings.uploadLimitFiles })
    const { missing, upload } = await withHeldFiles({ files, desired, log }, async held => ({
      missing: await findMissing({ desired, files: held }, caller, body.files),
      upload: await desired.createUpload({ team_id: person.team_id, person_id: person.id, files: body.files }),
    }))
    return {
      status: 201,
      body: {
        id: upload.id,
        missing,
        files_count: body.files.length,
        files_bytes: totalBytes(body.files),
        expires_at: upload.expires_at.toISOString(),
      },
    }
  },

  putBlob: async ({ params, caller: { person }, request }) => {
    const body = await withHeldFiles({ files, desired, log }, async held => {
      // A request without a body sends the empty content.
      const content = (request.body ?? Readable.from([])) as AsyncIterable<Uint8Array>
      const stored = await held.put(content, {
        limitBytes: settings.uploadLimitBytes,
        expected: params.sha256,
      })
      await desired.recordSentBlob(person.id, stored)
      return stored
    })
    return { status: 201, body }
  },
})
