import { AppError, type ContainerRecipe } from '@parcela/contract'
import type { Instance, ReleaseId, Route, Seen, ServiceSpec, ServiceStatus, Wanted } from '@parcela/core'
import { recordsOf } from '../steps/records.ts'
import type { FileDigests } from './file-digests.ts'
import { baseImageName, revisionOf, serviceImageName } from './image-name.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'
import { placeholderFiles, readReleaseFiles } from './release-files.ts'
import type { Target } from './work.ts'

/** What should be, what is, and what to run for it. */
export type World = { wanted: Wanted; seen: Seen; target: Target | undefined }

type Facts = {
  spec: ServiceSpec
  status: ServiceStatus | undefined
  host: string
  isDrained: boolean
  digests: FileDigests
}

/** Looks at everything that a plan for the service depends on. Undefined when there is nothing to run and nothing to keep up. */
export const readWorld = async (
  ports: ReconcilerPorts,
  options: ReconcilerOptions,
  facts: Facts,
): Promise<World | undefined> => {
  const { spec, status, host } = facts
  const [instances, images, routes, records] = await Promise.all([
    ports.runtime.listInstances(spec.id),
    ports.runtime.listImages(spec.id),
    ports.observed.listRoutesOf(spec.id),
    ports.nameServer.listRecords(),
  ])
  const route = routes.find(candidate => candidate.host === host)
  const seen: Seen = {
    instances,
    images,
    route,
    has_base_image: true,
    has_records: recordsOf(host, options.edgeAddresses).every(({ type }) =>
      records.some(record => record.name === host && record.type === type),
    ),
    has_certificate: true,
    is_verified: false,
    is_drained: facts.isDrained,
    is_last_of_team: false,
  }
  if (spec.power === 'stopped') return { wanted: { power: 'stopped' }, seen, target: undefined }
  if (spec.power === 'deleted') {
    const isLast = !(await ports.leases.hasOtherServices(spec.team_id, spec.id))
    return { wanted: { power: 'deleted' }, seen: { ...seen, is_last_of_team: isLast }, target: undefined }
  }

  const release = releaseToServe(spec, status, route)
  if (!release) return undefined
  const target = await readTarget(ports, options, {
    spec,
    release_id: release.id,
    digests: facts.digests,
    kept: release.isFallback ? servingInstance(instances, route) : undefined,
  })
  return {
    wanted: { power: 'running', revision: target.revision, image: target.image.reference, release_id: release.id },
    seen: {
      ...seen,
      has_base_image: await ports.runtime.hasImage(target.base.reference),
      is_verified: release.isFallback || (status?.status === 'running' && status.generation === spec.generation),
    },
    target,
  }
}

/**
 * The release that should answer: the one asked for; where that one failed for good, the one that served before keeps serving; where none did,
 * nothing, until somebody asks for something else.
 */
const releaseToServe = (
  spec: ServiceSpec,
  status: ServiceStatus | undefined,
  route: Route | undefined,
): { id: ReleaseId | null; isFallback: boolean } | undefined => {
  if (!status || !isSettledFailure(spec, status)) return { id: spec.release_id, isFallback: false }
  return route?.state === 'serving' ? { id: route.release_id, isFallback: true } : undefined
}

/** The last attempt at what is asked for now failed in a way that trying again cannot help. */
export const isSettledFailure = (spec: ServiceSpec, status: ServiceStatus): boolean =>
  status.status === 'failed' && status.generation === spec.generation && status.retry_at === null

const servingInstance = (instances: readonly Instance[], route: Route | undefined): Instance | undefined =>
  instances.find(({ upstream }) => upstream !== null && upstream.port === route?.upstream?.port)

const readTarget = async (
  ports: ReconcilerPorts,
  options: ReconcilerOptions,
  asked: { spec: ServiceSpec; release_id: ReleaseId | null; digests: FileDigests; kept: Instance | undefined },
): Promise<Target> => {
  const { spec, release_id, digests, kept } = asked
  const recipe = findRecipe(ports, spec)
  const files = release_id
    ? await readReleaseFiles(ports, { releaseId: release_id, digests })
    : placeholderFiles(recipe, spec, options.serviceUrl(spec.name))
  const base = await baseImageName(spec.service_format, recipe)
  const image = serviceImageName({
    platform: options.platform,
    spec,
    base: base.reference,
    dockerfile: recipe.dockerfile(base.reference),
    filesDigest: files.digest,
  })
  return { recipe, release_id, base, image, files, revision: kept?.revision ?? revisionOf(spec, image.reference) }
}

const findRecipe = (ports: ReconcilerPorts, spec: ServiceSpec): ContainerRecipe => {
  const recipe = ports.catalog.get(spec.service_format)?.container
  if (recipe) return recipe
  throw new AppError(
    'rejected',
    `This installation's catalog has no container format "${spec.service_format}" any more.`,
    { details: { reason: 'format_gone' } },
  )
}
