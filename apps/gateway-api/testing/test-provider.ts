import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { Provider } from 'oidc-provider'
import type { OpenIdSettings } from '../identity/open-id/open-id-settings.ts'

export type TestAccount = { sub: string; email?: string; email_verified?: boolean; name?: string }
export type TestProvider = Awaited<ReturnType<typeof startTestProvider>>

/** Changes the claims of the ID token before it is signed again, with the provider's own key unless `key` is another. */
type Tamper = (claims: JWTPayload) => { claims: JWTPayload; key?: CryptoKey }

const keyId = 'test'

/** A real OpenID provider on loopback that signs in whoever is chosen, without asking. */
export const startTestProvider = async (redirectUri: string) => {
  let account: TestAccount = { sub: 'nobody' }
  let tamper: Tamper | undefined
  let listener: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end()
  const server = createServer((request, response) => listener(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`

  const keys = await generateKeyPair('RS256', { extractable: true })
  const client = { client_id: 'parcela', client_secret: 'a secret: of+the/provider', redirect_uris: [redirectUri] }
  const provider = new Provider(issuer, {
    clients: [client],
    jwks: { keys: [{ ...(await exportJWK(keys.privateKey)), kid: keyId, alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['test'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, accountId) => ({ accountId, claims: async () => ({ ...account, sub: accountId }) }),
    loadExistingGrant: async context => {
      const grant = new provider.Grant({
        clientId: context.oidc.client?.clientId ?? '',
        accountId: context.oidc.session?.accountId ?? '',
      })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  listener = (request, response) => {
    if (request.url?.startsWith('/interaction/')) {
      provider.interactionFinished(request, response, { login: { accountId: account.sub } }).catch(error => {
        response.writeHead(500).end(String(error))
      })
      return
    }
    if (request.url === '/token' && tamper) changeToken(response, tamper, keys.privateKey)
    answer(request, response)
  }

  return {
    settings: {
      issuer,
      clientId: client.client_id,
      clientSecret: client.client_secret,
      name: 'School',
    } satisfies OpenIdSettings,
    signInAs: (next: TestAccount): void => {
      account = next
    },
    tamperWith: (next: Tamper | undefined): void => {
      tamper = next
    },
    /** Goes through the provider's pages as a browser does, and answers where it sends the browser in the end. */
    visit: (url: string): Promise<string> => walk(url, issuer),
    startAgain: (): Promise<void> => new Promise(resolve => server.listen(port, '127.0.0.1', resolve)),
    stop: async (): Promise<void> => {
      server.closeAllConnections()
      if (server.listening) await new Promise(resolve => server.close(resolve))
    },
  }
}

const walk = async (start: string, issuer: string): Promise<string> => {
  const jar = new Map<string, string>()
  let url = start
  for (let step = 0; url.startsWith(issuer) && step < 10; step++) {
    const cookie = [...jar].map(pair => pair.join('=')).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 500)}`)
    url = new URL(location, url).href
  }
  return url
}

/** The answer of the token endpoint is held back until its ID token is changed and signed again. */
const changeToken = (response: ServerResponse, tamper: Tamper, ownKey: CryptoKey): void => {
  const end = response.end.bind(response)
  response.end = ((body: string | Buffer) => {
    sign(JSON.parse(String(body))).then(
      text => {
        response.setHeader('content-length', Buffer.byteLength(text))
        end(text)
      },
      error => response.destroy(error),
    )
    return response
  }) as typeof response.end

  const sign = async (answer: { id_token?: string }): Promise<string> => {
    if (!answer.id_token) return JSON.stringify(answer)
    const { claims, key } = tamper(decodeJwt(answer.id_token))
    const id_token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: keyId }).sign(key ?? ownKey)
    return JSON.stringify({ ...answer, id_token })
  }
}
