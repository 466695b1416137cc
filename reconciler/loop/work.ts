import type { ContainerRecipe } from '@parcela/contract'
import type { Instance, ReleaseId, Route, ServiceSpec } from '@parcela/core'
import type { Turn } from '@parcela/kit'
import type { Place } from '../steps/lease-place.ts'
import type { ImageName } from './image-name.ts'
import type { ReconcilerOptions, ReconcilerPorts } from './reconciler-ports.ts'
import type { ReleaseFiles } from './release-files.ts'

/** What every step of one piece of work is given. */
export type Work = {
  ports: ReconcilerPorts
  options: ReconcilerOptions
  spec: ServiceSpec
  /** The full name that visitors ask for. */
  host: string
  /** Routes and records change in turn: a comparison of everything must not put back what a step has just replaced. */
  names: Turn
  /** Aborted when a later change makes this work pointless, or the platform stops. */
  signal: AbortSignal
  /** What is to run; absent while stopping and deleting. */
  target: Target | undefined
  /** Set by the first step that asks where the instance goes. */
  place?: Promise<Place>
  /** The instance of the target, once a step of this work has started it. */
  instance?: Instance
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

/** The route of the service's name, in some state. */
export const routeOf = (work: Work, state: Route['state'], upstream: Route['upstream'] = null): Route => ({
  host: work.host,
  service_id: work.spec.id,
  state,
  upstream,
  redirect_to: null,
  release_id: state === 'serving' ? (work.target?.release_id ?? null) : null,
  policy: { https_redirect: work.spec.https_redirect, hsts: false, edge_class: work.spec.edge_class },
})
