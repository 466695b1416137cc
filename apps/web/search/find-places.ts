import type { ServiceAnswer } from '@parcela/contract'
import { filterServices } from '../services/filter-services.ts'

/** Somewhere the search can lead. */
export type Place =
  | { kind: 'service'; service: ServiceAnswer }
  | { kind: 'page'; page: 'new' | 'services' | 'account' | 'keys' | 'teams' | 'administration' | 'api'; title: string }

const mostServices = 8

/** What fits the text: sites first, those whose name begins with it at the top; then pages. Everything for an empty text; pure. */
export const findPlaces = (
  text: string,
  { services, pages }: { services: readonly ServiceAnswer[]; pages: readonly Extract<Place, { kind: 'page' }>[] },
): Place[] => {
  const wanted = text.trim().toLowerCase()
  const fits = filterServices(services, { q: wanted })
  const begin = fits.filter(({ name }) => name.startsWith(wanted))
  const others = fits.filter(({ name }) => !name.startsWith(wanted))
  return [
    ...[...begin, ...others].slice(0, mostServices).map(service => ({ kind: 'service' as const, service })),
    ...pages.filter(({ title }) => title.toLowerCase().includes(wanted)),
  ]
}
