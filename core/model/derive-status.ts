import type { StatusReason } from '@parcela/contract'
import type { Service, ServiceStatus } from './service.ts'

type Asked = Pick<Service, 'generation' | 'power'> & Partial<Pick<Service, 'approval'>>

/**
 * What a person is told now. What waits for approval, or was refused it, is not worked on, so nothing was recorded of it. Otherwise the status that
 * was recorded, when it speaks of what is wanted now; else the reconciler has not looked at the last change yet, and the answer follows from that
 * change: `deleting`, `updating` while an earlier release serves, else `queued`.
 */
export const deriveStatus = (asked: Asked, recorded: ServiceStatus): ServiceStatus => {
  const { approval, generation } = asked
  if (approval && asked.power !== 'deleted' && approval.state !== 'change_pending') {
    const reason = reasons[approval.state](approval.reason)
    return { ...unworked(recorded, generation), status: words[approval.state], status_reason: reason }
  }
  const status =
    recorded.generation >= generation
      ? recorded
      : { ...unworked(recorded, generation), status: nextWord(asked, recorded), status_reason: null }
  if (approval?.state !== 'change_pending' || status.status_reason || asked.power === 'deleted') return status
  return { ...status, status_reason: reasons.change_pending(approval.reason) }
}

const unworked = (recorded: ServiceStatus, generation: number) => ({
  ...recorded,
  generation,
  attempts: 0,
  retry_at: null,
})

const nextWord = ({ power }: Pick<Asked, 'power'>, recorded: ServiceStatus): ServiceStatus['status'] => {
  if (power === 'deleted') return 'deleting'
  return recorded.serving_release_id === null ? 'queued' : 'updating'
}

const words = { pending: 'pending_approval', refused: 'failed' } as const

type State = NonNullable<Service['approval']>['state']

const reasons: Record<State, (said: string) => StatusReason> = {
  pending: over => ({
    code: 'forbidden',
    message: `This is more than the plan gives by itself (${over}). An administrator looks at it; nothing runs before.`,
    step: null,
    reason: 'needs_approval',
    values: { over },
  }),
  change_pending: over => ({
    code: 'forbidden',
    message: `A change that was asked for is more than the plan gives by itself (${over}). An administrator looks at it; until then everything stays as it is.`,
    step: null,
    reason: 'change_needs_approval',
    values: { over },
  }),
  refused: said => ({
    code: 'rejected',
    message: `An administrator refused this: ${said} Ask for less, or delete it.`,
    step: null,
    reason: 'refused',
    values: { said },
  }),
}
