import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError, findPathProblem } from '@parcela/contract'
import type { BuildRequest, ContextFile } from '@parcela/core'
import { pack } from 'tar-stream'
import { fileTime, fileTimeWithin } from './file-time.ts'

type Pack = ReturnType<typeof pack>

/** The name of the Dockerfile in the context; a context file of that name is the same file and left out. */
const dockerfileName = 'Dockerfile'

/**
 * The build context as a stream of tar: the Dockerfile first, then each file as its turn comes, never whole in memory. The same request makes
 * the same bytes. When reading a file fails, the stream fails with that error.
 */
export const packContext = (request: BuildRequest): Readable => {
  const tar = pack()
  fill(tar, request).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  return Readable.from(tar, { objectMode: false })
}

const fill = async (tar: Pack, request: BuildRequest): Promise<void> => {
  const dockerfile = Buffer.from(request.dockerfile)
  await addFile(tar, { path: dockerfileName, size: dockerfile.length, open: () => once(dockerfile) }, new Date(0))
  for await (const file of request.context()) {
    if (file.path === dockerfileName) continue
    const problem = findPathProblem(file.path)
    if (problem)
      throw new AppError('invalid', `${file.path}: ${problem}`, { details: { fields: { [file.path]: problem } } })
    const time = file.sha256 ? fileTime(file.sha256) : fileTimeWithin(request.digest, file.path)
    await addFile(tar, file, time)
  }
}

const addFile = async (tar: Pack, file: ContextFile, mtime: Date): Promise<void> => {
  const entry = tar.entry({ name: file.path, size: file.size, mode: 0o644, uid: 0, gid: 0, mtime })
  await pipeline(file.open(), entry)
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
