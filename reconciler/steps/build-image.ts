import { targetOf, type Work } from '../loop/work.ts'
import { placeOf } from './lease-place.ts'

const flushEveryLines = 50

/** Builds the service's image from its format's base and its files; the engine's output becomes the build log. */
export const buildImage = async (work: Work): Promise<string> => {
  const { ports, signal, spec } = work
  const { recipe, base, image, files, release_id: releaseId } = targetOf(work)
  const pending: string[] = []
  const flush = async () => {
    if (releaseId && pending.length > 0) await ports.journal.appendBuildLog(releaseId, pending.splice(0))
  }
  let writing = Promise.resolve()
  const onLine = (line: string) => {
    pending.push(line)
    if (pending.length < flushEveryLines) return
    writing = writing.then(flush)
    // Waited for at the end; until then somebody must be listening.
    void Promise.allSettled([writing])
  }

  // Where it fails, run-container tells; until then somebody must be listening.
  const place = Promise.allSettled([placeOf(work)])
  try {
    await ports.runtime.ensureImage(
      {
        reference: image.reference,
        service_id: spec.id,
        digest: image.digest,
        dockerfile: recipe.dockerfile(base.reference),
        context: files.context,
      },
      { signal, onLine },
    )
  } finally {
    await writing
    await flush()
    await place
  }
  return image.reference
}
