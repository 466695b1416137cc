import { createHash } from 'node:crypto'
import type { Clock } from '@parcela/core'
import type { BetterAuthPlugin } from 'better-auth'
import { createDiscoverProvider, type Provider } from './discover-provider.ts'
import { providerRefused } from './open-id-failures.ts'
import type { OpenIdSettings } from './open-id-settings.ts'
import { type Claims, redeemCode } from './redeem-code.ts'

/** The provider's name in addresses: the browser comes back to /api/auth/callback/oidc. */
export const openIdProviderId = 'oidc'

type SocialProviders = NonNullable<
  NonNullable<Awaited<ReturnType<NonNullable<BetterAuthPlugin['init']>>> & object>['context']
>['socialProviders']
type SocialProvider = NonNullable<SocialProviders>[number]

/**
 * Sign-in with one OpenID Connect provider, for the sign-in library's own /sign-in/social and /callback. Its generic provider is not used: it
 * looks the provider up once, at start, believes any issuer that it finds there, and keeps the tokens.
 */
export const openIdPlugin = (dependencies: { settings: OpenIdSettings; clock: Clock }) =>
  ({
    id: 'parcela-open-id',
    init: context => ({
      context: { socialProviders: [createProvider(dependencies), ...context.socialProviders] },
    }),
  }) satisfies BetterAuthPlugin

const createProvider = (dependencies: { settings: OpenIdSettings; clock: Clock }): SocialProvider => {
  const { settings } = dependencies
  const discover = createDiscoverProvider(dependencies)
  return {
    id: openIdProviderId,
    name: settings.name,
    issuer: settings.issuer,
    requiresIdTokenNonce: true,
    // With the issuer: when the provider is changed, the same `sub` is somebody else.
    accountSubject: ({ profile }) => `${settings.issuer} ${(profile as Claims).sub}`,
    createAuthorizationURL: async data => renderAuthorizationUrl(settings, await discover(), data),
    // Only handed on: what fails in here loses its reason, and what it answers would be kept.
    validateAuthorizationCode: async ({ code, codeVerifier, redirectURI }) => ({
      raw: { code, codeVerifier, redirectURI },
    }),
    getUserInfo: async ({ raw, expectedIdTokenNonce: nonce }) => {
      const { code, codeVerifier, redirectURI } = raw as Record<'code' | 'codeVerifier' | 'redirectURI', string>
      if (!nonce) throw providerRefused(settings.name, 'the sign-in began without a nonce')
      const claims = await redeemCode(settings, await discover(), { code, codeVerifier, redirectURI, nonce })
      const user = { email: claims.email ?? null, emailVerified: claims.email_verified, name: claims.name ?? '' }
      return { user, data: claims }
    },
    options: { disableIdTokenSignIn: true },
  }
}

type Leaving = {
  state: string
  codeVerifier: string
  redirectURI: string
  idTokenNonce?: string | undefined
  loginHint?: string | undefined
}

const renderAuthorizationUrl = (settings: OpenIdSettings, provider: Provider, leaving: Leaving): URL => {
  if (!leaving.idTokenNonce) throw providerRefused(settings.name, 'the sign-in begins without a nonce')
  const url = new URL(provider.authorizationEndpoint)
  const parameters = {
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: leaving.redirectURI,
    scope: 'openid email profile',
    state: leaving.state,
    nonce: leaving.idTokenNonce,
    code_challenge: createHash('sha256').update(leaving.codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(leaving.loginHint ? { login_hint: leaving.loginHint } : {}),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}
