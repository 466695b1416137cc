import type { ServiceAnswer, ServiceStatusWord } from '@parcela/contract'
import type { StatusFilter } from '../router.tsx'

const groups: Record<ServiceStatusWord, StatusFilter> = {
  pending_approval: 'working',
  queued: 'working',
  building: 'working',
  starting: 'working',
  running: 'live',
  updating: 'working',
  stopped: 'stopped',
  sleeping: 'live',
  failed: 'failed',
  deleting: 'working',
}

/** The services that a search and a filter leave; pure. */
export const filterServices = (
  services: readonly ServiceAnswer[],
  { q = '', status, team }: { q?: string; status?: StatusFilter; team?: string },
): ServiceAnswer[] => {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  return services.filter(
    service =>
      (status === undefined || groups[service.status] === status) &&
      (team === undefined || service.team_id === team) &&
      words.every(word => `${service.name} ${service.username} ${service.url}`.toLowerCase().includes(word)),
  )
}
