import { AppError, type FormatAnswer, type ServiceAnswer } from '@parcela/contract'
import type { Gateway } from '../gateway/gateway.ts'

/** Units are those of the API: GiB, MiB, cores. What is not given is the format's default, or stays as it is. */
export type ResourceOptions = { storage?: number; ram?: number; cpus?: number }

type Request = { name: string; uploadId: string; resources: ResourceOptions }

/** What was asked for; `release_id` is the release that should come to serve. */
export type AskedService = ServiceAnswer & { release_id: string }

const format = 'web'

/** Asks for the service, or publishes to it when it is there already and the caller's own. */
export const requestService = async (gateway: Gateway, request: Request): Promise<AskedService> => {
  const existing = await gateway.findServiceByName(request.name)
  const service = existing ? await publishAgain(gateway, existing, request) : await create(gateway, request)
  if (service.release_id === null) throw new AppError('internal', 'The server accepted the files but made no release.')
  return { ...service, release_id: service.release_id }
}

const create = async (gateway: Gateway, { name, uploadId, resources }: Request): Promise<ServiceAnswer> => {
  const defaults = (await findFormat(gateway)).resources
  return gateway.createService({
    name,
    service_type: 'docker',
    service_format: format,
    storage_gb: resources.storage ?? defaults.storage_gb.default,
    ram_mb: resources.ram ?? defaults.ram_mb.default,
    cpus: resources.cpus ?? defaults.cpus.default,
    additional_requirements: { upload_id: uploadId },
  })
}

const findFormat = async (gateway: Gateway): Promise<FormatAnswer> => {
  const found = (await gateway.listFormats()).find(({ id }) => id === format)
  if (!found) throw new AppError('not_found', `This server does not offer the format ${format}.`)
  return found
}

const publishAgain = async (
  gateway: Gateway,
  existing: ServiceAnswer,
  { name, uploadId, resources }: Request,
): Promise<ServiceAnswer> => {
  const me = await gateway.getMe()
  // Administrators see everybody's services; publishing over somebody's site by its name alone would be an accident.
  if (existing.user_id !== me.user_id)
    throw new AppError('conflict', `${name} belongs to ${existing.username}. Choose another name with --name.`)

  const change = {
    ...(resources.storage === undefined ? {} : { storage_gb: resources.storage }),
    ...(resources.ram === undefined ? {} : { ram_mb: resources.ram }),
    ...(resources.cpus === undefined ? {} : { cpus: resources.cpus }),
  }
  if (Object.keys(change).length > 0) await gateway.updateService(existing.id, change)
  const release = await gateway.createRelease(existing.id, uploadId)
  const service = await gateway.getService(existing.id)
  return { ...service, release_id: release.id, warnings: release.warnings }
}
