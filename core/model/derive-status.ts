import type { ServiceSpec, ServiceStatus } from './service.ts'

/**
 * What a person is told now. The status that was recorded, when it speaks of what is wanted now; otherwise the reconciler has not looked at the
 * last change yet, and the answer follows from that change: `deleting`, `updating` while an earlier release serves, else `queued`.
 */
export const deriveStatus = (
  spec: Pick<ServiceSpec, 'generation' | 'power'>,
  recorded: ServiceStatus,
): ServiceStatus => {
  if (recorded.generation >= spec.generation) return recorded
  return {
    ...recorded,
    status: nextWord(spec, recorded),
    status_reason: null,
    generation: spec.generation,
    attempts: 0,
    retry_at: null,
  }
}

const nextWord = (spec: Pick<ServiceSpec, 'power'>, recorded: ServiceStatus): ServiceStatus['status'] => {
  if (spec.power === 'deleted') return 'deleting'
  return recorded.serving_release_id === null ? 'queued' : 'updating'
}
