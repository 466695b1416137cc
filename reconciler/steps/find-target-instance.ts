import { AppError } from '@parcela/contract'
import type { Instance } from '@parcela/core'
import { targetOf, type Work } from '../loop/work.ts'

/** The instance that is to serve, as the runtime sees it now. */
export const findTargetInstance = async (work: Work): Promise<Instance> => {
  const { revision } = targetOf(work)
  const instances = await work.ports.runtime.listInstances(work.spec.id)
  const found = instances.find(instance => instance.revision === revision)
  if (!found)
    throw new AppError('unavailable', 'The container that should serve is gone; it is started again.', {
      details: { reason: 'instance_gone' },
    })
  return found
}

/** Where the edge reaches it. */
export const upstreamOf = (instance: Instance): { address: string; port: number } => {
  if (!instance.upstream)
    throw new AppError('unavailable', 'The container that should serve has stopped; it is started again.', {
      details: { reason: 'instance_gone' },
    })
  return instance.upstream
}
