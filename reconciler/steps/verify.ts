import { AppError } from '@parcela/contract'
import type { Edge } from '@parcela/core'
import { targetOf, type Work } from '../loop/work.ts'
import { switchRoute } from './switch-route.ts'

/**
 * Asks for the site as a visitor would: through the edge, by name, over TLS; in clear where the name has no certificate yet. Only this makes a
 * service "running". While the owner works on the site, the edge's own page has to come, from the route of the release that is to come back.
 */
export const verify = async (work: Work): Promise<string> => {
  const { recipe, release_id: wanted } = targetOf(work)
  const { host, maintenance } = work.site
  const answer = await askThroughEdge(work.ports.edge, host, { path: recipe.health_path, timeoutMs: 10_000 })
  if (answer.release !== wanted) {
    delete work.instance
    await switchRoute(work)
    throw new AppError(
      'unavailable',
      `A request to ${host} was answered by another release; its route was set again.`,
      { details: { reason: 'answered_by_another' }, cause: { answered: answer, wanted } },
    )
  }
  if (maintenance ? answer.status !== 503 : answer.status >= 500)
    throw new AppError('unavailable', `A request to ${host} through the edge was answered with ${answer.status}.`, {
      details: { reason: 'answered_with_error', status: answer.status },
    })
  return `answered ${answer.status}`
}

/** Over TLS where the edge has a certificate for the host, else in clear. */
export const askThroughEdge = async (
  edge: Edge,
  host: string,
  { path, timeoutMs }: { path: string; timeoutMs: number },
): Promise<{ status: number; release: string | null }> => {
  const scheme = (await edge.hasCertificate(host)) ? 'https' : 'http'
  return edge.request(host, path, { timeoutMs, scheme })
}
