import { AppError } from '@parcela/contract'
import { targetOf, type Work } from '../loop/work.ts'
import { switchRoute } from './switch-route.ts'

/** Asks for the site as a visitor would: through the edge, by name, over TLS. Only this makes a service "running". */
export const verify = async (work: Work): Promise<string> => {
  const { recipe, release_id: wanted } = targetOf(work)
  const answer = await work.ports.edge.request(work.host, recipe.health_path, { timeoutMs: 10_000 })
  if (answer.release !== wanted) {
    delete work.instance
    await switchRoute(work)
    throw new AppError(
      'unavailable',
      `A request to ${work.host} was answered by another release; its route was set again.`,
      { details: { reason: 'answered_by_another' }, cause: { answered: answer, wanted } },
    )
  }
  if (answer.status >= 500)
    throw new AppError(
      'unavailable',
      `A request to ${work.host} through the edge was answered with ${answer.status}.`,
      {
        details: { reason: 'answered_with_error', status: answer.status },
      },
    )
  return `answered ${answer.status}`
}
