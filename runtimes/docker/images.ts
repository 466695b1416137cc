import { AppError } from '@parcela/contract'
import type { BuildRequest, Image, Runtime, ServiceId } from '@parcela/core'
import type { Log } from '@parcela/kit'
import type Docker from 'dockerode'
import type { ImageInfo } from 'dockerode'
import { buildImage } from './build-image.ts'
import type { EngineConnection } from './connect-engine.ts'
import { createKeyedTurns } from './create-keyed-turns.ts'
import { labelNames, ownedBy } from './labels.ts'
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

  const isNamelessOwn = async (docker: Docker, reference: string): Promise<boolean> => {
    if (!reference.startsWith('sha256:')) return false
    const { Config, RepoTags } = await docker.getImage(reference).inspect()
    return RepoTags.length === 0 && Config.Labels?.[labelNames.platform] === platform
  }

  return {
    hasImage,
    ensureImage: (request, options) => inTurn(request.reference, () => ensureImage(request, options)),

    listImages: async serviceId => {
      const { docker } = await engine.connect()
      try {
        const [named, nameless] = await Promise.all([
          docker.listImages({ filters: { reference: [`${namespace}${serviceId ?? '*'}`] } }),
          docker.listImages({
            filters: { dangling: ['true'], ...ownedBy(platform, { role: 'image', service: serviceId }) },
          }),
        ])
        const images = named.flatMap(found =>
          (found.RepoTags ?? []).map(tag => toImage(found, parseReference(tag, namespace))),
        )
        return [...images, ...nameless.map(found => toImage(found, parseLabels(found)))].filter(
          image => image !== undefined && (serviceId === undefined || image.service_id === serviceId),
        ) as Image[]
      } catch (error) {
        throw translateError(error, 'list images')
      }
    },

    removeImage: async reference => {
      const { docker } = await engine.connect()
      try {
        if (!reference.startsWith(namespace) && !(await isNamelessOwn(docker, reference))) return
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

type Parsed = Pick<Image, 'reference' | 'service_id' | 'digest'>

const toImage = ({ Created, Size }: ImageInfo, parsed: Parsed | undefined): Image | undefined =>
  parsed && { ...parsed, created_at: new Date(Created * 1000), size_bytes: Size }

/** What a build leaves that was cut off behind its labels: no name, but whose it is. Its reference is its id. */
const parseLabels = ({ Id, Labels }: ImageInfo): Parsed | undefined => {
  const service = Labels?.[labelNames.service]
  return service ? { reference: Id, service_id: service as ServiceId, digest: '' } : undefined
}

const parseReference = (reference: string, namespace: string): Parsed | undefined => {
  const colon = reference.lastIndexOf(':')
  if (!reference.startsWith(namespace) || colon < namespace.length) return undefined
  return {
    reference,
    service_id: reference.slice(namespace.length, colon) as ServiceId,
    digest: reference.slice(colon + 1),
  }
}
