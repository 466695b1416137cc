import { AppError } from '@parcela/contract'
import type { Route } from '@parcela/core'
import type { Work } from '../loop/work.ts'
import { askThroughEdge } from '../steps/verify.ts'

/** Asks for the site by the domain's name, as a visitor would, and expects what its route says. */
export const verifyDomain = async ({ ports, spec }: Work, name: string): Promise<string> => {
  const route = (await ports.observed.listRoutesOf(spec.id)).find(({ host }) => host === name)
  const answer = await askThroughEdge(ports.edge, name, { path: '/', timeoutMs: 10_000 })
  if (!route || !isAsRouted(route, answer))
    throw new AppError('unavailable', `A request to ${name} through the edge was answered with ${answer.status}.`, {
      details: { reason: 'answered_with_error', status: answer.status },
    })
  return `answered ${answer.status}`
}

const isAsRouted = (route: Route, { status, release }: { status: number; release: string | null }): boolean => {
  if (route.state === 'redirect') return status === 308
  if (route.state === 'serving') return status < 500 && release === route.release_id
  return status === 503
}
