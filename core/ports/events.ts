import type { ServiceEvent } from '@parcela/contract'
import type { TeamScope } from './desired-state.ts'

export type StoredEvent = { id: number; event: ServiceEvent }

/** How progress travels from the reconciler to the gateway's listeners. */
export interface EventStream {
  /**
   * The service's events after `afterId` (0: all that are kept), then each new one as it is committed, until aborted or the service is purged.
   * None is left out or told twice. `not_found` outside the scope.
   */
  follow(
    scope: TeamScope,
    serviceId: string,
    options: { afterId: number; signal: AbortSignal },
  ): AsyncIterable<StoredEvent>
}
