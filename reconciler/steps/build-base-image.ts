import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { ContextFile } from '@parcela/core'
import { targetOf, type Work } from '../loop/work.ts'

/** Builds the image that every service of the format begins with; it takes a while once, and nothing afterwards. */
export const buildBaseImage = async (work: Work): Promise<string> => {
  const { recipe, base } = targetOf(work)
  const { folder, files } = recipe.base
  const dockerfile = await readFile(new URL('Dockerfile', folder), 'utf8')
  const context = async function* (): AsyncIterable<ContextFile> {
    for (const path of files.filter(name => name !== 'Dockerfile')) {
      const url = new URL(path, folder)
      yield { path, size: (await stat(url)).size, open: () => createReadStream(url) }
    }
  }
  await work.ports.runtime.ensureImage(
    { reference: base.reference, service_id: null, digest: base.digest, dockerfile, context },
    { signal: work.signal, onLine: line => work.ports.log.debug({ image: base.reference }, line) },
  )
  return base.reference
}
