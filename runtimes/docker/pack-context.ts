import type { Readable } from 'node:stream'
import { AppError, findPathProblem } from '@parcela/contract'
import type { BuildRequest } from '@parcela/core'
import { packTar, type TarFile } from '@parcela/kit'
import { fileTime, fileTimeWithin } from './file-time.ts'

/** The name of the Dockerfile in the context; a context file of that name is the same file and left out. */
const dockerfileName = 'Dockerfile'

/** The build context as a stream of tar: the Dockerfile, then each file as its turn comes. The same request makes the same bytes. */
export const packContext = (request: BuildRequest): Readable => packTar(listFiles(request))

async function* listFiles(request: BuildRequest): AsyncIterable<TarFile> {
  const dockerfile = Buffer.from(request.dockerfile)
  yield { path: dockerfileName, size: dockerfile.length, time: new Date(0), open: () => once(dockerfile) }
  for await (const { path, size, sha256, open } of request.context()) {
    if (path === dockerfileName) continue
    const problem = findPathProblem(path)
    if (problem) throw new AppError('invalid', `${path}: ${problem}`, { details: { fields: { [path]: problem } } })
    yield { path, size, time: sha256 ? fileTime(sha256) : fileTimeWithin(request.digest, path), open }
  }
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
