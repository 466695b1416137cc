import { AppError, type ContainerRecipe } from '@parcela/contract'
import {
  findRoute,
  type Instance,
  leadsToInstance,
  type ReleaseId,
  type Route,
  type Seen,
  type ServiceSpec,
  type ServiceStatus,
  type Wanted,
} from '@parcela/core'
import { readDomains } from '../domains/read-domains.ts'
import { listCertified } from '../steps/put-routes.ts'
import { readRecords } from '../steps/records.ts'
import type { FileDigests } from './file-digests.ts'
import { baseImageName, revisionOf, serviceImageName } from './image-name.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'
import { placeholderFiles, readReleaseFiles } from './release-files.ts'
import type { Target, Work } from './work.ts'

/** What should be, what is, and what to run for it. */
export type World = { wanted: Wanted; seen: Seen; target: Target | undefined }

type Facts = { status: ServiceStatus | undefined; isDrained: boolean; digests: FileDigests }

/** Looks at everything that a plan for the service depends on. */
export const readWorld = async (work: Work, facts: Facts): Promise<World> => {
  const { ports, options, spec, site } = work
  const { status } = facts
  const [instances, images, routes, records, certified] = await Promise.all([
    ports.runtime.listInstances(spec.id),
    ports.runtime.listImages(spec.id),
    ports.observed.listRoutesOf(spec.id),
    readRecords(ports, site.host, options),
    listCertified(ports, site),
  ])
  const seen: Seen = {
    instances,
    images,
    routes,
    certified,
    can_certify: !certified.has(site.host) && (await work.platform.canCertify()),
    has_base_image: true,
    has_records: records.isComplete,
    is_verified: false,
    is_drained: facts.isDrained,
    is_last_of_team: false,
    domains: [],
  }
  if (spec.power === 'deleted') {
    const is_last_of_team = !(await ports.leases.hasOtherServices(spec.team_id, spec.id))
    const gone = { ...seen, has_records: records.hasOwn, is_last_of_team }
    return { wanted: { power: 'deleted', site }, seen: gone, target: undefined }
  }
  const domains = await readDomains(work, { status, certified })
  if (spec.power === 'stopped')
    return { wanted: { power: 'stopped', site }, seen: { ...seen, domains }, target: undefined }

  const route = findRoute(site, seen)
  const release = releaseToServe(spec, status, route)
  if (!release) return { wanted: { power: 'failed', site }, seen: { ...seen, domains }, target: undefined }
  const target = await readTarget(ports, options, {
    spec,
    release_id: release.id,
    digests: facts.digests,
    kept: release.isFallback ? servingInstance(instances, route) : undefined,
  })
  const { revision, image } = target
  return {
    wanted: { power: 'running', site, revision, image: image.reference, release_id: release.id },
    seen: {
      ...seen,
      domains,
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
  return route && leadsToInstance(route) ? { id: route.release_id, isFallback: true } : undefined
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
