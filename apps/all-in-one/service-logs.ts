import type { Runtime, ServiceLogs } from '@parcela/core'

/** What the newest instance of a service says, whatever runtime it is on. */
export const createServiceLogs = (runtime: Pick<Runtime, 'listInstances' | 'readLogs'>): ServiceLogs => ({
  read: async function* (serviceId, options) {
    const instances = await runtime.listInstances(serviceId)
    const newest = instances.toSorted((one, other) => other.created_at.getTime() - one.created_at.getTime())[0]
    if (!newest) return
    for await (const line of runtime.readLogs(newest.id, options)) yield { ...line, release_id: newest.release_id }
  },
})
