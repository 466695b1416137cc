import type { Route } from '../model/route.ts'

/** One thing to do for a service. A value: applying it is the reconciler's business, and may happen twice. */
export type Step =
  /** Visitors of a name that never served get a page that says so, instead of "unknown". */
  | { kind: 'announce-route' }
  /** The format's own image, shared by all services. */
  | { kind: 'build-base-image' }
  | { kind: 'build-image' }
  | { kind: 'run-container' }
  | { kind: 'await-healthy' }
  | { kind: 'ensure-records' }
  | { kind: 'ensure-certificate' }
  | { kind: 'switch-route' }
  /** A real request through the edge, by name, over TLS. */
  | { kind: 'verify' }
  /** Instances that no route points to any more finish their open requests and go. */
  | { kind: 'drain-containers'; ids: readonly string[] }
  | { kind: 'remove-images'; references: readonly string[] }
  /** Visitors get a page instead of the service. */
  | { kind: 'park-route'; state: Exclude<Route['state'], 'serving'> }
  | { kind: 'stop-containers'; ids: readonly string[] }
  | { kind: 'remove-containers'; ids: readonly string[] }
  | { kind: 'remove-route' }
  | { kind: 'remove-records' }
  | { kind: 'remove-network' }
  | { kind: 'forget-service' }

/** Steps that tidy up behind a service that is already as it should be: worth doing, not worth telling. */
const tidyingSteps: ReadonlySet<Step['kind']> = new Set(['drain-containers', 'remove-images'])

export const isTidying = (step: Step): boolean => tidyingSteps.has(step.kind)
