import type { ContainerRecipe, StatusReason } from '@parcela/contract'
import type { Domain, Instance, ReleaseId, ServiceSpec, Site } from '@parcela/core'
import type { CertificateKeeper } from '../certificates/create-certificate-keeper.ts'
import type { PlatformCertificates } from '../certificates/create-platform-certificates.ts'
import type { Place } from '../steps/lease-place.ts'
import type { ImageName } from './image-name.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'
import type { ReleaseFiles } from './release-files.ts'
import type { Turns } from './turns.ts'

/** What every step of one piece of work is given. */
export type Work = {
  ports: ReconcilerPorts
  options: ReconcilerOptions
  spec: ServiceSpec
  /** The names that visitors ask for, and how they are answered. */
  site: Site
  /** The custom domains that are wanted. */
  domains: readonly Domain[]
  turns: Turns
  keeper: CertificateKeeper
  platform: PlatformCertificates
  /** Tells that the records changed. */
  recordsChanged: () => void
  /** Aborted when a later change makes this work pointless, or the platform stops. */
  signal: AbortSignal
  /** What is to run; absent while stopping and deleting. */
  target: Target | undefined
  /** Set by the first step that asks where the instance goes. */
  place?: Promise<Place>
  /** The instance of the target, once a step of this work has started it. */
  instance?: Instance
  /** Why the records could not be published: worth telling, and no reason to hold up the site. */
  recordsProblem?: string
  /** What the owners of custom domains should know although their steps go on, by the domain's name. */
  remarks: Map<string, StatusReason>
}

export type Target = {
  recipe: ContainerRecipe
  release_id: ReleaseId | null
  base: ImageName
  image: ImageName
  revision: string
  files: ReleaseFiles
}

/** The target, for steps that only a running service has. */
export const targetOf = (work: Pick<Work, 'spec' | 'target'>): Target => {
  if (!work.target) throw new Error(`a step of ${work.spec.id} needs a release to run, and there is none`)
  return work.target
}

/** The names of a service, from what is wanted of it. */
export const siteOf = (spec: ServiceSpec, domains: readonly Domain[], appsDomain: string): Site => ({
  service_id: spec.id,
  host: `${spec.name}.${appsDomain}`,
  https_redirect: spec.https_redirect,
  maintenance: spec.maintenance,
  edge_class: spec.edge_class,
  domains: domains.map(({ name, redirect_to }) => ({ name, redirect_to })),
})
