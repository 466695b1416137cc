import type { Work } from '../loop/work.ts'
import { failureOf } from './check-domain.ts'

/** So long is waited for an authority; what takes longer goes on by itself, and the service is woken when it is done. */
const patienceMs = 30_000

/** Has the domain's certificate issued or renewed, and puts it on the edge. */
export const certifyDomain = async ({ ports, keeper, spec, signal }: Work, name: string): Promise<string> => {
  const wakeLate = (): void => {
    ports.queue.wake(spec.id).catch(error => {
      ports.log.error({ service: spec.id, domain: name, err: error }, 'the service could not be woken')
    })
  }
  const kept = await keeper.keep([name], { challenge: 'http', patienceMs, signal, onLate: wakeLate })
  if (kept.state === 'waiting') throw failureOf(kept.reason)
  return kept.state === 'kept' ? `${name}, renewed after ${kept.until.toISOString()}` : `${name} is being asked for`
}
