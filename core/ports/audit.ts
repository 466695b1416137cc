import type { AuditEntry, AuditOutcome, AuditRow } from '../model/audit.ts'
import type { Page, Paged, TeamScope } from './desired-state.ts'

/** What is looked for; what is left out is not asked about. */
export type AuditFilter = {
  /** A person's id or username. */
  actor?: string | undefined
  action?: string | undefined
  object_type?: string | undefined
  object_id?: string | undefined
  outcome?: AuditOutcome | undefined
  from?: Date | undefined
  to?: Date | undefined
  /** Text anywhere in the actor, action, object, address or request id; letter case does not matter. */
  search?: string | undefined
}

/** How far a verification is; `problem` is the first row that is not as it was written, and ends it. */
export type AuditCheck = {
  /** Rows checked so far. */
  rows: number
  /** The newest row that was checked; null in an empty trail. */
  head: { seq: number; hash: string } | null
  problem: { seq: number; message: string } | null
  is_complete: boolean
}

/** Who did what. Rows are only ever added; each holds the hash of the row before, so that a changed or missing row shows. */
export interface AuditTrail {
  /**
   * Resolves when the entries are on disk, in this order. Calls that wait at the same moment share one transaction.
   * `unavailable` while the database does not answer; then nothing was written.
   */
  append(entries: readonly AuditEntry[]): Promise<void>
  /** Newest first. */
  list(scope: TeamScope, filter: AuditFilter, page: Page): Promise<Paged<AuditRow>>
  /** The same, all of it, read in parts. */
  read(scope: TeamScope, filter: AuditFilter): AsyncIterable<AuditRow>
  /** Whether there is a row about this action and object, whoever did it. */
  has(action: string, objectId: string): Promise<boolean>
  /**
   * Recomputes every hash, oldest first, as the trail is when it begins; tells how far it is, and last the result. A head that somebody noted
   * down earlier must still be in it: that is how a trail shows that was cut at its end or written anew as a whole.
   */
  verify(options?: { noted?: { seq: number; hash: string } | undefined }): AsyncIterable<AuditCheck>
  /**
   * Removes the oldest rows beyond `days`, and leaves a checkpoint with the last removed hash that a new row signs off, so that the rest still
   * verifies. Rows younger than 30 days are never removed. Twice equals once.
   */
  prune(days: number): Promise<{ removed: number }>
}
