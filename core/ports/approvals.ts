import type { Language } from '@parcela/contract'
import type { PersonId } from '../model/id.ts'
import type { Approval } from '../model/quota.ts'
import type { Resources } from '../model/service.ts'
import type { Page, Paged, TeamScope } from './desired-state.ts'

/** Whom to tell what: administrators, of a request that waits; whoever asked, of what was decided. Only those who have an address. */
export type ApprovalNotice = {
  kind: 'asked' | 'decided'
  approval: Approval
  to: { email: string; name: string; language: Language | null }[]
}

/** Requests above what a plan gives by itself. They are made where services are asked for and changed; here they are decided. */
export interface Approvals {
  /** Newest first. */
  listApprovals(filter: { status?: Approval['status'] | undefined }, page: Page): Promise<Paged<Approval>>
  /** `not_found` outside the scope. */
  listServiceApprovals(scope: TeamScope, serviceId: string, page: Page): Promise<Paged<Approval>>
  /**
   * Gives what was asked for, or less of it; the service is worked on from then on. `conflict` with reason `already_decided` for one that is not
   * pending; `invalid` for more than was asked for, or less storage than the published files need.
   */
  approve(id: string, decision: { by: PersonId; given: Partial<Resources> }): Promise<Approval>
  /** A new service stays as it is, without ever running, until it is deleted or asked for with less; another keeps what it has. What was reserved is free. */
  refuse(id: string, decision: { by: PersonId; reason: string }): Promise<Approval>
  /** What nobody was told yet; handed out once, also to two who ask at the same time. */
  takeNotices(): Promise<ApprovalNotice[]>
}
