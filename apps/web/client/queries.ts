import type { ServiceAnswer } from '@parcela/contract'
import { infiniteQueryOptions, QueryClient, queryOptions } from '@tanstack/react-query'
import { gateway } from './gateway.ts'
import { RequestError } from './request-error.ts'

/** The page's cache of what the server said last. Errors that trying again cannot change are not tried again. */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        retryDelay: attempt => 300 * 2 ** attempt,
        retry: (count, error) => count < 3 && error instanceof RequestError && retryable.has(error.code),
        // The browser's word for "online" is about cables, not about our server: ask, and see.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })

const retryable = new Set(['offline', 'busy', 'unavailable', 'internal'])

export const queries = {
  platform: queryOptions({ queryKey: ['platform'], queryFn: gateway.getPlatform, staleTime: 60_000 }),
  me: queryOptions({ queryKey: ['me'], queryFn: gateway.getMe, staleTime: 5 * 60_000 }),
  formats: queryOptions({ queryKey: ['formats'], queryFn: gateway.listFormats, staleTime: 10 * 60_000 }),
  name: (name: string) =>
    queryOptions({ queryKey: ['name', name], queryFn: () => gateway.getName(name), staleTime: 10_000 }),
  services: infiniteQueryOptions({
    queryKey: ['services'],
    queryFn: ({ pageParam }) => gateway.listServices(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    refetchInterval: query => (query.state.data?.pages.some(page => page.items.some(isBusy)) === true ? 1_500 : 20_000),
  }),
  service: (id: string) =>
    queryOptions({
      queryKey: ['service', id],
      queryFn: () => gateway.getService(id),
      refetchInterval: query => (query.state.data && isBusy(query.state.data) ? 3_000 : 30_000),
    }),
  releases: (id: string) =>
    infiniteQueryOptions({
      queryKey: ['service', id, 'releases'],
      queryFn: ({ pageParam }) => gateway.listReleases(id, pageParam),
      initialPageParam: null as string | null,
      getNextPageParam: page => page.next,
    }),
}

const restingStatus = new Set<ServiceAnswer['status']>(['running', 'stopped', 'sleeping', 'failed', 'pending_approval'])

/** Whether work is going on that will change the service by itself. */
export const isBusy = (service: Pick<ServiceAnswer, 'status'>): boolean => !restingStatus.has(service.status)
