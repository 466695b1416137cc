import type { Route } from '@parcela/core'
import { routeOf, type Work } from '../loop/work.ts'
import { findTargetInstance, upstreamOf } from './find-target-instance.ts'

/** Sends visitors to the new instance, in one step that the edge confirms. */
export const switchRoute = async (work: Work): Promise<string> => {
  const upstream = upstreamOf(work.instance ?? (await findTargetInstance(work)))
  await putRoute(work, routeOf(work, 'serving', upstream))
  return `${work.host} -> ${upstream.address}:${upstream.port}`
}

/** Shows visitors a page that says how the service is, instead of the service. */
export const parkRoute = async (work: Work, state: Exclude<Route['state'], 'serving'>): Promise<string> => {
  await putRoute(work, routeOf(work, state))
  return state
}

/** Live first, recorded second: a crash between the two is repaired by doing it again. */
const putRoute = ({ ports, names }: Work, route: Route): Promise<void> =>
  names(async () => {
    await ports.edge.ensureRoute(route)
    await ports.observed.recordRoute(route)
  })
