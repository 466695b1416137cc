import type { Clock, ServiceId } from '@parcela/core'

/**
 * Remembers when a service's route went elsewhere, so that the old instance is left running a little longer. Kept in memory alone: after a
 * restart of the platform every earlier switch is old enough.
 */
export const createDrainClock = (clock: Clock, drainMs: number) => {
  const ends = new Map<ServiceId, number>()
  return {
    start: (id: ServiceId): void => {
      ends.set(id, clock.now().getTime() + drainMs)
    },
    isOver: (id: ServiceId): boolean => (ends.get(id) ?? 0) <= clock.now().getTime(),
    /** Undefined when nothing drains. */
    endsAt: (id: ServiceId): Date | undefined => {
      const end = ends.get(id)
      return end === undefined ? undefined : new Date(end)
    },
    forget: (id: ServiceId): void => {
      ends.delete(id)
    },
  }
}

export type DrainClock = ReturnType<typeof createDrainClock>
