import type { ParkedState } from '@parcela/core'
import type { Work } from '../loop/work.ts'
import { findTargetInstance, upstreamOf } from './find-target-instance.ts'
import { putRoutes } from './put-routes.ts'

/** Sends visitors to the new instance, in one step for each name that the edge confirms. */
export const switchRoute = async (work: Work): Promise<string> => {
  const upstream = upstreamOf(work.instance ?? (await findTargetInstance(work)))
  await putRoutes(work, { state: 'serving', upstream, release_id: work.target?.release_id ?? null })
  return `${work.site.host} -> ${upstream.address}:${upstream.port}`
}

/** Shows visitors a page that says how the service is, instead of the service. */
export const parkRoute = async (work: Work, state: ParkedState): Promise<string> => {
  await putRoutes(work, { state, upstream: null, release_id: null })
  return state
}
