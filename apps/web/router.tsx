import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { queries } from './client/queries.ts'
import { RequestError } from './client/request-error.ts'
import { FailedPage } from './frame/failed-page.tsx'
import { loadAgain } from './frame/load-again.ts'
import { NotFoundPage } from './frame/not-found-page.tsx'

export const statusFilters = ['live', 'working', 'stopped', 'failed'] as const
export type StatusFilter = (typeof statusFilters)[number]
export const serviceTabs = ['overview', 'releases', 'domains', 'traffic', 'logs', 'settings'] as const
export type ServiceTab = (typeof serviceTabs)[number]

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } => pickText(search, 'next'),
  component: lazyRouteComponent(
    loadAgain(() => import('./session/sign-in-page.tsx')),
    'SignInPage',
  ),
})

const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  component: lazyRouteComponent(
    loadAgain(() => import('./session/sign-up-page.tsx')),
    'SignUpPage',
  ),
})

/** Everything behind the sign-in. */
const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(queries.me)
    } catch (error) {
      if (error instanceof RequestError && error.code === 'unauthenticated')
        throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
      throw error
    }
  },
  component: lazyRouteComponent(
    loadAgain(() => import('./frame/app-frame.tsx')),
    'AppFrame',
  ),
})

const servicesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/',
  validateSearch: (search: Record<string, unknown>): { q?: string; status?: StatusFilter } => ({
    ...pickText(search, 'q'),
    ...pickOne(search, 'status', statusFilters),
  }),
  component: lazyRouteComponent(
    loadAgain(() => import('./services/services-page.tsx')),
    'ServicesPage',
  ),
})

const newServiceRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/new',
  component: lazyRouteComponent(
    loadAgain(() => import('./new-service/new-service-page.tsx')),
    'NewServicePage',
  ),
})

const serviceRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/services/$serviceId',
  validateSearch: (search: Record<string, unknown>): { tab?: ServiceTab; log?: 'build' } => ({
    ...pickOne(search, 'tab', serviceTabs),
    ...pickOne(search, 'log', ['build'] as const),
  }),
  component: lazyRouteComponent(
    loadAgain(() => import('./service/service-page.tsx')),
    'ServicePage',
  ),
})

const routeTree = rootRoute.addChildren([
  signInRoute,
  signUpRoute,
  signedInRoute.addChildren([servicesRoute, newServiceRoute, serviceRoute]),
])

/** The addresses of the page. */
export const createPageRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultErrorComponent: FailedPage,
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPageRouter>
  }
}

const pickText = <K extends string>(search: Record<string, unknown>, key: K): { [P in K]?: string } => {
  const value = search[key]
  if (typeof value === 'number') return { [key]: String(value) } as { [P in K]?: string }
  return typeof value === 'string' && value !== '' ? ({ [key]: value } as { [P in K]?: string }) : {}
}

const pickOne = <K extends string, V extends string>(
  search: Record<string, unknown>,
  key: K,
  allowed: readonly V[],
): { [P in K]?: V } => {
  const value = allowed.find(option => option === search[key])
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V })
}
