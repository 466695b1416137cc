import type { Clock } from '@parcela/core'
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'
import { providerRefused } from './open-id-failures.ts'
import type { OpenIdSettings } from './open-id-settings.ts'
import { requestJson } from './request-json.ts'

/** What the discovery document says (OpenID Connect Discovery 1.0). */
export type Provider = {
  authorizationEndpoint: URL
  tokenEndpoint: URL
  userinfoEndpoint: URL | undefined
  /** The keys that it signs with, fetched when first needed and again when it uses a new one. */
  keys: JWTVerifyGetKey
  algorithms: string[]
  sendsSecretInBody: boolean
}

const keepMs = 60 * 60_000

/**
 * Looks the provider up when somebody signs in, and remembers it for an hour. Not at start: a provider that is down then must not stay unknown.
 * A failure is not remembered.
 */
export const createDiscoverProvider = ({ settings, clock }: { settings: OpenIdSettings; clock: Clock }) => {
  let known: { provider: Promise<Provider>; until: number } | undefined
  return async (): Promise<Provider> => {
    const now = clock.now().getTime()
    if (known && now < known.until) return known.provider
    const provider = discover(settings)
    known = { provider, until: now + keepMs }
    provider.catch(() => {
      known = undefined
    })
    return provider
  }
}

const discover = async ({ issuer, name }: OpenIdSettings): Promise<Provider> => {
  const document = await requestJson(name, new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`))
  if (document.issuer !== issuer) throw providerRefused(name, `its discovery document is that of ${document.issuer}`)
  const endpoint = (field: string): URL => parseEndpoint({ issuer, name }, field, document[field])
  const methods = asList(document.token_endpoint_auth_methods_supported)
  const algorithms = asList(document.id_token_signing_alg_values_supported).filter(isAsymmetric)
  return {
    authorizationEndpoint: endpoint('authorization_endpoint'),
    tokenEndpoint: endpoint('token_endpoint'),
    userinfoEndpoint: document.userinfo_endpoint === undefined ? undefined : endpoint('userinfo_endpoint'),
    keys: createRemoteJWKSet(endpoint('jwks_uri'), { timeoutDuration: 10_000 }),
    algorithms: algorithms.length > 0 ? algorithms : ['RS256'],
    // Basic is what a provider takes that does not say (Discovery 1.0, 3).
    sendsSecretInBody: methods.length > 0 && !methods.includes('client_secret_basic'),
  }
}

/** Encrypted wherever the issuer is. */
const parseEndpoint = ({ issuer, name }: { issuer: string; name: string }, field: string, value: unknown): URL => {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && issuer.startsWith('http:')))) return url
  throw providerRefused(name, `its discovery document has no ${field} that can be used`)
}

const asList = (value: unknown): string[] => (Array.isArray(value) ? value.filter(one => typeof one === 'string') : [])

/** Never `none`, and no algorithm whose key would be the client's secret. */
const isAsymmetric = (algorithm: string): boolean => /^(RS|PS|ES)(256|384|512)$|^EdDSA$|^Ed25519$/.test(algorithm)
