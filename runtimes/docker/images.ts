import { AppError } from '@parcela/contract'
import type { BuildRequest, Image, Runtime, ServiceId } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { buildImage } from './build-image.ts'
import type { EngineConnection } from './connect-engine.ts'
import { createKeyedTurns } from './create-keyed-turns.ts'
import { imageNamespace } from './object-names.ts'
import { isStatus, translateError } from './translate-error.ts'

type Images = Pick<Runtime, 'listImages' | 'hasImage' | 'ensureImage' | 'removeImage'>

/** The images of one platform: those whose names lie in its namespace. Others are never touched. */
export const createImages = (parts: { engine: EngineConnection; platform: string; log: Log }): Images => {
  const { engine, platform, log } = parts
  const inTurn = createKeyedTurns()
  const namespace = imageNamespace(platform)

  const hasImage = async (reference: string): Promise<boolean> => {
    const { docker } = await engine.connect()
    try {
      await docker.getImage(reference).inspect()
      return true
    } catch (error) {
      if (isStatus(error, 404)) return false
      throw translateError(error, 'look for the image')
    }
  }

  const ensureImage = async (
    request: BuildRequest,
    options: { signal: AbortSignal; onLine: (line: string) => void },
  ): Promise<void> => {
    if (await hasImage(request.reference)) return
    await buildImage(await engine.connect(), request, { ...options, platform, log })
    // A connection that breaks ends the engine's answer without a word.
    if (!(await hasImage(request.reference)))
      throw new AppError('unavailable', 'The Docker engine ended the build without a result.')
  }

  return {
    hasImage,
    ensureImage: (request, options) => inTurn(request.reference, () => ensureImage(request, options)),

    listImages: async serviceId => {
      const { docker } = await engine.connect()
      try {
        const found = await docker.listImages({ filters: { reference: [`${namespace}${serviceId ?? '*'}`] } })
        return found.flatMap(({ RepoTags, Created, Size }) =>
          (RepoTags ?? [])
            .map(reference => parseReference(reference, namespace))
            .filter(image => image !== undefined && (serviceId === undefined || image.service_id === serviceId))
            .map(image => ({ ...image, created_at: new Date(Created * 1000), size_bytes: Size }) as Image),
        )
      } catch (error) {
        throw translateError(error, 'list images')
      }
    },

    removeImage: async reference => {
      if (!reference.startsWith(namespace)) return
      const { docker } = await engine.connect()
      try {
        await docker.getImage(reference).remove({ force: false })
      } catch (error) {
        if (isStatus(error, 404)) return
        if (isStatus(error, 409))
          throw new AppError('conflict', 'A container still uses the image.', {
            details: { reason: 'in_use' },
            cause: error,
          })
        throw translateError(error, 'remove the image')
      }
    },
  }
}

const parseReference = (
  reference: string,
  namespace: string,
): Pick<Image, 'reference' | 'service_id' | 'digest'> | undefined => {
  const colon = reference.lastIndexOf(':')
  if (!reference.startsWith(namespace) || colon < namespace.length) return undefined
  return {
    reference,
    service_id: reference.slice(namespace.length, colon) as ServiceId,
    digest: reference.slice(colon + 1),
  }
}
