import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import type { i18n } from 'i18next'
import { queries } from './client/queries.ts'
import { RequestError } from './client/request-error.ts'
import { FailedPage } from './frame/failed-page.tsx'
import { loadAgain } from './frame/load-again.ts'
import { NotFoundPage } from './frame/not-found-page.tsx'
import { learnAdministration } from './language/create-language.ts'

export const statusFilters = ['live', 'working', 'stopped', 'failed'] as const
export type StatusFilter = (typeof statusFilters)[number]
export const serviceTabs = ['overview', 'releases', 'domains', 'traffic', 'logs', 'settings'] as const
export const teamTabs = ['people', 'quota', 'activity', 'settings'] as const
export type TeamTab = (typeof teamTabs)[number]
export const administrationSections = [
  'approvals',
  'people',
  'teams',
  'plans',
  'hosts',
  'activity',
  'dns',
  'edges',
  'settings',
] as const
export type AdministrationSection = (typeof administrationSections)[number]
export type ServiceTab = (typeof serviceTabs)[number]
export const accountTabs = ['profile', 'security', 'keys', 'sessions', 'data'] as const
export type AccountTab = (typeof accountTabs)[number]

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient; language: i18n }>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string; error?: string } => ({
    ...pickText(search, 'next'),
    ...pickText(search, 'error'),
  }),
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

const forgottenPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgotten-password',
  component: lazyRouteComponent(
    loadAgain(() => import('./session/forgotten-password-page.tsx')),
    'ForgottenPasswordPage',
  ),
})

const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  component: lazyRouteComponent(
    loadAgain(() => import('./session/reset-password-page.tsx')),
    'ResetPasswordPage',
  ),
})

const verifyEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/verify-email',
  component: lazyRouteComponent(
    loadAgain(() => import('./session/verify-email-page.tsx')),
    'VerifyEmailPage',
  ),
})

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(
    loadAgain(() => import('./invitations/invitation-page.tsx')),
    'InvitationPage',
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
  validateSearch: (search: Record<string, unknown>): { q?: string; status?: StatusFilter; team?: string } => ({
    ...pickText(search, 'q'),
    ...pickText(search, 'team'),
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
  validateSearch: (search: Record<string, unknown>): { team?: string } => pickText(search, 'team'),
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

const accountRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/account',
  validateSearch: (search: Record<string, unknown>): { tab?: AccountTab } => pickOne(search, 'tab', accountTabs),
  component: lazyRouteComponent(
    loadAgain(() => import('./account/account-page.tsx')),
    'AccountPage',
  ),
})

const teamsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/teams',
  component: lazyRouteComponent(
    loadAgain(() => import('./teams/teams-page.tsx')),
    'TeamsPage',
  ),
})

const teamRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/teams/$teamId',
  loader: ({ context }) => learnAdministration(context.language),
  validateSearch: (search: Record<string, unknown>): { tab?: TeamTab } => pickOne(search, 'tab', teamTabs),
  component: lazyRouteComponent(
    loadAgain(() => import('./teams/team-page.tsx')),
    'TeamPage',
  ),
})

const administrationStartRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/administration',
  beforeLoad: () => {
    throw redirect({ to: '/administration/$section', params: { section: 'approvals' } })
  },
})

const administrationRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/administration/$section',
  loader: ({ context }) => learnAdministration(context.language),
  component: lazyRouteComponent(
    loadAgain(() => import('./administration/administration-page.tsx')),
    'AdministrationPage',
  ),
})

const routeTree = rootRoute.addChildren([
  signInRoute,
  signUpRoute,
  forgottenPasswordRoute,
  resetPasswordRoute,
  verifyEmailRoute,
  invitationRoute,
  signedInRoute.addChildren([
    servicesRoute,
    newServiceRoute,
    serviceRoute,
    teamsRoute,
    teamRoute,
    administrationStartRoute,
    administrationRoute,
    accountRoute,
  ]),
])

/** The addresses of the page. */
export const createPageRouter = (queryClient: QueryClient, language: i18n) =>
  createRouter({
    routeTree,
    context: { queryClient, language },
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
