import type { ServiceId } from '../model/id.ts'
import type { TrafficFigures } from '../model/traffic.ts'
import type { TeamScope } from './desired-state.ts'

/** What an edge wrote down of its visitors. */
export interface TrafficLog {
  /**
   * What was logged after `position` (null: from the oldest entry that is kept), at most some megabytes of it, whole entries only, and the
   * position to go on from. Survives rotation. Entries of requests that asked for no service are left out.
   */
  read(position: string | null): Promise<{ position: string; figures: TrafficFigures[] }>
}

/** The figures of all edges, kept in minutes for two days and in hours for ninety. */
export interface TrafficRecorder {
  findPosition(edge: string): Promise<string | null>
  /** Adds the figures and moves the position in one transaction: nothing is counted twice. Figures of services that are gone are left out. */
  record(edge: string, position: string, figures: readonly TrafficFigures[]): Promise<void>
  /** Folds minutes into hours and forgets what is too old. */
  compact(now: Date): Promise<void>
}

export interface TrafficReader {
  /** Oldest first; minutes where `stepSeconds` is 60, else hours (3600). `not_found` outside the scope. */
  readTraffic(
    scope: TeamScope,
    serviceId: string,
    span: { from: Date; to: Date; stepSeconds: 60 | 3600 },
  ): Promise<(Omit<TrafficFigures, 'minute' | 'service_id'> & { at: Date; service_id: ServiceId })[]>
}
