import { createHash } from 'node:crypto'
import type { ContainerRecipe } from '@parcela/contract'
import type { ContextFile, DesiredReader, FileStore, ReleaseId, ServiceSpec } from '@parcela/core'
import { digestOfFiles, type FileDigests } from './file-digests.ts'

/** The files of a release, or the placeholder's where nothing was published: what tells them from others, and how to read them. */
export type ReleaseFiles = { digest: string; context: () => AsyncIterable<ContextFile> }

/** Folder of the build context that holds them. */
const folder = 'site'

export const readReleaseFiles = async (
  ports: { desired: DesiredReader; files: FileStore },
  { releaseId, digests }: { releaseId: ReleaseId; digests: FileDigests },
): Promise<ReleaseFiles> => {
  const context = async function* (): AsyncIterable<ContextFile> {
    for (const { path, sha256, size } of await ports.desired.readManifest(releaseId))
      yield { path: `${folder}/${path}`, size, sha256, open: () => ports.files.open(sha256) }
  }
  return { digest: await digests(releaseId), context }
}

export const placeholderFiles = (recipe: ContainerRecipe, spec: ServiceSpec, url: string): ReleaseFiles => {
  const contents = Object.entries(recipe.placeholder({ name: spec.name, url })).map(([path, text]) => ({
    path,
    bytes: Buffer.from(text),
  }))
  const manifest = contents.map(({ path, bytes }) => ({
    path,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }))
  const context = async function* (): AsyncIterable<ContextFile> {
    for (const { path, bytes } of contents)
      yield { path: `${folder}/${path}`, size: bytes.length, open: () => once(bytes) }
  }
  return { digest: digestOfFiles(manifest), context }
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
