import { createReleaseRequest, type gatewayRoutes, invalidFields } from '@parcela/contract'
import type { FileHold } from '@parcela/core'
import { toReleaseAnswer } from '../answers/release-answer.ts'
import { scopeFor } from '../callers/caller.ts'
import { toInvalid } from '../errors/validation-fields.ts'
import { findFormat } from '../formats/check-format.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handlers, RouteInput, RouteOutput } from '../routes/route-input.ts'
import { toIdempotency } from '../services/fingerprint.ts'
import { checkManifest } from '../uploads/check-manifest.ts'
import { claimUpload } from '../uploads/claim-upload.ts'
import { receiveUpload } from '../uploads/receive-upload.ts'
import { withHeldFiles } from '../uploads/with-held-files.ts'
import { toNewRelease } from './to-new-release.ts'

type Dependencies = Pick<GatewayPorts, 'desired' | 'files' | 'catalog' | 'settings' | 'log'>

/** The history of a service, and publishing to it. */
export const createReleaseHandlers = (
  ports: Dependencies,
): Handlers<typeof gatewayRoutes, 'listReleases' | 'createRelease'> => ({
  listReleases: async ({ caller, params, query: { limit, cursor } }) => {
    const { items, next } = await ports.desired.listReleases(scopeFor(caller, 'service:read'), params.id, {
      limit,
      cursor,
    })
    return { status: 200, body: { items: items.map(toReleaseAnswer), next } }
  },

  createRelease: input => withHeldFiles(ports, held => createRelease(ports, held, input)),
})

const createRelease = async (
  ports: Dependencies,
  held: FileHold,
  { caller, params, body, headers, request }: RouteInput<typeof gatewayRoutes.createRelease>,
): Promise<RouteOutput<typeof gatewayRoutes.createRelease>> => {
  const { desired, files: store, catalog, settings } = ports
  const scope = scopeFor(caller, 'service:deploy')
  const service = await desired.getService(scope, params.id)
  const format = findFormat(catalog, service)
  const limits = { bytes: settings.uploadLimitBytes, files: settings.uploadLimitFiles }
  const received = body
    ? { document: body, files: null }
    : await receiveUpload(
        request,
        { files: held, spoolFolder: settings.spoolFolder },
        { limits, parseDocument: parsePublish },
      )
  const upload_id = received.document?.upload_id
  if (upload_id && received.files)
    throw invalidFields({ upload_id: 'names files, but files were sent, too; choose one' })

  const claimed = upload_id ? await claimUpload({ desired, files: held }, caller, upload_id) : undefined
  const files = claimed?.files ?? received.files
  if (!files) throw invalidFields({ files: 'none were sent; there is nothing to publish' })
  checkManifest(files, limits)
  const release = toNewRelease(files, { format, storage_gb: service.resources.storage_gb })
  await store.sync()

  const key = headers['idempotency-key']
  const made = await desired.createRelease(
    scope,
    service.id,
    { ...release, published_by: caller.person.id },
    toIdempotency(caller.person, key, {
      call: `create-release ${service.id}`,
      document: received.document ?? {},
      files,
    }),
  )
  // With a key the request may be repeated; its upload then ends by itself after a day.
  if (claimed && key === undefined) await desired.removeUpload(claimed.id)
  return { status: 202, body: toReleaseAnswer(made) }
}

/** Beside files the document may be empty. */
const parsePublish = (document: unknown): { upload_id?: string | undefined } => {
  const parsed = createReleaseRequest.partial().safeParse(document)
  if (!parsed.success) throw toInvalid(parsed.error.issues)
  return parsed.data
}
