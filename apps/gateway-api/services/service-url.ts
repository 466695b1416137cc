import type { GatewaySettings } from '../settings.ts'

/** Where a service of this name answers: `https://hola.apps.localhost:8443`. */
export const serviceUrl = (name: string, settings: Pick<GatewaySettings, 'appsDomain' | 'httpsPort'>): string =>
  `https://${name}.${settings.appsDomain}${settings.httpsPort === 443 ? '' : `:${settings.httpsPort}`}`
