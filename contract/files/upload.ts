import { z } from 'zod'
import { findPathProblem } from './file-path.ts'

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 digest: 64 lower-case hexadecimal digits')

/** One file of a release: its path, the SHA-256 of its content, its size in bytes. */
export const manifestEntry = z.strictObject({
  path: z.string().superRefine((path, context) => {
    const problem = findPathProblem(path)
    if (problem) context.addIssue({ code: 'custom', message: problem })
  }),
  sha256,
  size: z.int().min(0),
})
export type ManifestEntry = z.infer<typeof manifestEntry>

/** Publish by digest, first half: the manifest is sent, the answer says which contents are not here yet. */
export const createUploadRequest = z
  .strictObject({ files: z.array(manifestEntry).min(1, 'is empty; there is nothing to publish') })
  .meta({ id: 'CreateUpload' })

export const uploadAnswer = z
  .object({
    id: z.string(),
    /** Digests to send with PUT /blobs/{sha256} before the upload is used. */
    missing: z.array(sha256),
    files_count: z.int(),
    files_bytes: z.int(),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Upload' })
export type UploadAnswer = z.infer<typeof uploadAnswer>

export const blobAnswer = z.object({ sha256, size: z.int() }).meta({ id: 'Blob' })
