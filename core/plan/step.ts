import type { Route } from '../model/route.ts'

/** What is done for one custom domain. Its trouble is its own: neither the service nor other domains wait for it. */
export type DomainStep =
  /** Whether it points here and is the service's. */
  | { kind: 'check-domain'; name: string }
  /** Visitors of it get what visitors of the service's own name get, or are sent to another domain. */
  | { kind: 'route-domain'; name: string }
  | { kind: 'certify-domain'; name: string }
  /** A real request through the edge, by that name. */
  | { kind: 'verify-domain'; name: string }
  /** Its route and its certificate go. */
  | { kind: 'withdraw-domain'; name: string }

/** What a page can say of a service that visitors do not get. */
export type ParkedState = Exclude<Route['state'], 'serving' | 'maintenance' | 'redirect'>

/** One thing to do for a service. A value: applying it is the reconciler's business, and may happen twice. */
export type Step =
  | DomainStep
  /** Visitors of a name that never served get a page that says so, instead of "unknown". */
  | { kind: 'announce-route' }
  /** The format's own image, shared by all services. */
  | { kind: 'build-base-image' }
  | { kind: 'build-image' }
  | { kind: 'run-container' }
  | { kind: 'await-healthy' }
  | { kind: 'ensure-records' }
  /** The platform's own, which covers the service's name. */
  | { kind: 'ensure-certificate' }
  /** All names of the service that are served lead to the new instance, as the owner's settings say. */
  | { kind: 'switch-route' }
  /** A real request through the edge, by name, over TLS; in clear where there is no certificate yet. */
  | { kind: 'verify' }
  /** Instances that no route points to any more finish their open requests and go. */
  | { kind: 'drain-containers'; ids: readonly string[] }
  | { kind: 'remove-images'; references: readonly string[] }
  /** Visitors of all names get a page instead of the service. */
  | { kind: 'park-route'; state: ParkedState }
  | { kind: 'stop-containers'; ids: readonly string[] }
  | { kind: 'remove-containers'; ids: readonly string[] }
  | { kind: 'remove-route' }
  | { kind: 'remove-records' }
  | { kind: 'remove-network' }
  | { kind: 'forget-service' }

/** Steps that tidy up behind a service that is already as it should be: worth doing, not worth telling. */
const tidyingSteps: ReadonlySet<Step['kind']> = new Set(['drain-containers', 'remove-images'])

export const isTidying = (step: Step): boolean => tidyingSteps.has(step.kind)

export const isDomainStep = (step: Step): step is DomainStep => 'name' in step
