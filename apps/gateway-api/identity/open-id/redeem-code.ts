import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Provider } from './discover-provider.ts'
import { providerRefused, providerUnavailable } from './open-id-failures.ts'
import type { OpenIdSettings } from './open-id-settings.ts'
import { requestJson } from './request-json.ts'

/** What the browser brought back, and what was remembered when it left. */
export type Return = { code: string; codeVerifier: string; redirectURI: string; nonce: string }

/** Who signed in, in the provider's words; `sub` is the only one of them that never changes. */
export type Claims = { sub: string; email: string | undefined; email_verified: boolean; name: string | undefined }

const clockSkewSeconds = 60

/**
 * Exchanges the code for an ID token and checks it: signature, issuer, audience, time and nonce (OpenID Connect Core 1.0, 3.1.3.7). The tokens
 * are used here and kept nowhere.
 */
export const redeemCode = async (settings: OpenIdSettings, provider: Provider, returned: Return): Promise<Claims> => {
  const { name } = settings
  const tokens = await requestJson(name, provider.tokenEndpoint, tokenRequest(settings, provider, returned))
  if (typeof tokens.id_token !== 'string') throw providerRefused(name, 'it sent no ID token')
  const claims = await verifyIdToken(settings, provider, tokens.id_token)
  if (claims.nonce !== returned.nonce) throw providerRefused(name, 'its ID token has another nonce')
  if (typeof claims.sub !== 'string' || claims.sub === '') throw providerRefused(name, 'its ID token names nobody')
  const more = claims.email === undefined ? await readUserinfo(settings, provider, tokens.access_token) : {}
  if (more.sub !== undefined && more.sub !== claims.sub)
    throw providerRefused(name, 'its userinfo is about somebody else')
  const all: Record<string, unknown> = { ...more, ...claims }
  return {
    sub: claims.sub,
    email: asText(all.email),
    email_verified: all.email_verified === true || all.email_verified === 'true',
    name: asText(all.name) ?? asText(all.preferred_username),
  }
}

const tokenRequest = (
  { clientId, clientSecret }: OpenIdSettings,
  { sendsSecretInBody }: Provider,
  { code, codeVerifier, redirectURI }: Return,
) => {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectURI,
    code_verifier: codeVerifier,
    ...(sendsSecretInBody ? { client_id: clientId, client_secret: clientSecret } : {}),
  })
  // RFC 6749, 2.3.1: both are form-encoded before they are joined.
  const pair = [clientId, clientSecret].map(part => new URLSearchParams({ part }).toString().slice('part='.length))
  const basic = { authorization: `Basic ${Buffer.from(pair.join(':')).toString('base64')}` }
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      ...(sendsSecretInBody ? {} : basic),
    },
    body: form.toString(),
  }
}

const verifyIdToken = async (
  { issuer, clientId, name }: OpenIdSettings,
  { keys, algorithms }: Provider,
  token: string,
): Promise<JWTPayload> => {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      algorithms,
      clockTolerance: clockSkewSeconds,
      requiredClaims: ['sub', 'iat', 'exp', 'nonce'],
    })
    const isForUs =
      payload.azp === undefined ? !(Array.isArray(payload.aud) && payload.aud.length > 1) : payload.azp === clientId
    if (!isForUs) throw providerRefused(name, 'its ID token was made for another client')
    return payload
  } catch (cause) {
    if (isUnreachable(cause)) throw providerUnavailable(name, cause)
    if (cause instanceof errors.JOSEError)
      throw providerRefused(name, `its ID token was refused: ${cause.message}`, cause)
    throw cause
  }
}

/** The keys could not be fetched: a timeout, a network failure, or an answer other than 200. */
const isUnreachable = (cause: unknown): boolean =>
  cause instanceof errors.JWKSTimeout ||
  (cause instanceof TypeError && cause.message === 'fetch failed') ||
  (cause instanceof errors.JOSEError && cause.code === 'ERR_JOSE_GENERIC')

const readUserinfo = async (
  { name }: OpenIdSettings,
  { userinfoEndpoint }: Provider,
  accessToken: unknown,
): Promise<Record<string, unknown>> => {
  if (!userinfoEndpoint || typeof accessToken !== 'string') return {}
  const claims = await requestJson(name, userinfoEndpoint, { headers: { authorization: `Bearer ${accessToken}` } })
  if (typeof claims.sub !== 'string') throw providerRefused(name, 'its userinfo names nobody')
  return claims
}

const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 320) : undefined
