import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, ServiceId, WorkQueue } from '@parcela/core'

const lookEveryMs = 2
/** What a wake-up waits for after its handler threw. */
const repeatAfterMs = 20

export type FakeWorkQueue = WorkQueue & {
  listWaiting(): { id: ServiceId; at: Date }[]
  /**
   * Works off every wake-up that is due, one after the other, without timers; answers how many. A handler that throws ends it with the error,
   * and its wake-up waits on, as after a crash. `limit` bounds handlers that wake themselves (default 1000).
   */
  drain(handle: (serviceId: ServiceId) => Promise<void>, options?: { limit?: number }): Promise<number>
}

export const createFakeWorkQueue = (clock: Clock): FakeWorkQueue => {
  const waiting = new Map<ServiceId, number>()
  const working = new Set<ServiceId>()

  const wake = (id: ServiceId, atMs: number): void => {
    waiting.set(id, Math.min(atMs, waiting.get(id) ?? Number.POSITIVE_INFINITY))
  }
  const takeDue = (): ServiceId | undefined => {
    const now = clock.now().getTime()
    for (const [id, atMs] of waiting) {
      if (atMs > now || working.has(id)) continue
      waiting.delete(id)
      return id
    }
    return undefined
  }
  const work = async (id: ServiceId, handle: (serviceId: ServiceId) => Promise<void>): Promise<void> => {
    working.add(id)
    try {
      await handle(id)
    } finally {
      working.delete(id)
    }
  }

  return {
    wake: async (id, { at = clock.now() } = {}) => wake(id, at.getTime()),
    start: async (handle, { concurrency }) => {
      const stopping = new AbortController()
      const repeatLater = (id: ServiceId): void => wake(id, clock.now().getTime() + repeatAfterMs)
      const workOn = async (): Promise<void> => {
        while (!stopping.signal.aborted) {
          const id = takeDue()
          if (id) await work(id, handle).catch(() => repeatLater(id))
          else await sleep(lookEveryMs)
        }
      }
      const workers = Array.from({ length: concurrency }, workOn)
      return {
        stop: async () => {
          stopping.abort()
          await Promise.all(workers)
        },
      }
    },

    listWaiting: () => [...waiting].map(([id, atMs]) => ({ id, at: new Date(atMs) })),
    drain: async (handle, { limit = 1000 } = {}) => {
      for (let count = 0; count < limit; count += 1) {
        const id = takeDue()
        if (!id) return count
        await work(id, handle).catch(error => {
          wake(id, clock.now().getTime())
          throw error
        })
      }
      throw new Error(`Services kept waking each other for ${limit} rounds`)
    },
  }
}
