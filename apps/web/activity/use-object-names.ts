import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { queries } from '../client/queries.ts'
import { teamQueries } from '../client/teams.ts'

/** Names of sites and teams by their ids, of those that the page knows anyway. */
export const useObjectNames = (): ((id: string | undefined) => string | undefined) => {
  const { data: services } = useInfiniteQuery(queries.services)
  const { data: teams = [] } = useQuery(teamQueries.own)
  const named = [...(services?.pages.flatMap(page => page.items) ?? []), ...teams]
  const names = new Map(named.map(({ id, name }) => [id, name]))
  return id => (id === undefined ? undefined : (names.get(id) ?? id))
}
