import { type ClassLimits, streamQuietSeconds } from './edge-classes.ts'
import type { EdgeConfig } from './edge-config.ts'

/**
 * Where requests of each class are handed on: `/.parcela-edge/<class>-request` and, for WebSockets and event streams, `-stream`. Limits of bodies and
 * times take no variables in nginx, so a class is an internal location; what the site gets is `$request_uri`, exactly as the visitor sent it.
 */
export const renderClassLocations = (config: EdgeConfig, { isTls }: { isTls: boolean }): string =>
  Object.entries(config.classes)
    .flatMap(([name, limits]) => [
      classLocation(name, limits, { isTls, isStream: false }),
      classLocation(name, limits, { isTls, isStream: true }),
    ])
    .join('')

const classLocation = (
  name: string,
  { bodyMegabytes, quietSeconds, perClient, perService }: ClassLimits,
  { isTls, isStream }: { isTls: boolean; isStream: boolean },
): string => {
  const quiet = isStream ? Math.max(quietSeconds, streamQuietSeconds) : quietSeconds
  return `    location = /.parcela-edge/${name}-${isStream ? 'stream' : 'request'} {
      internal;
      client_max_body_size ${bodyMegabytes}m;
      client_body_timeout ${quietSeconds}s;
      send_timeout ${quietSeconds}s;
      proxy_read_timeout ${quiet}s;
      proxy_send_timeout ${quiet}s;
      limit_req zone=${name}_client burst=${perClient.burst} nodelay;
      limit_req zone=${name}_service burst=${perService.burst} nodelay;
      limit_conn client_connections ${perClient.connections};
      limit_conn service_connections ${perService.connections};
      add_header X-Parcela-Release $verified_release always;
${isTls ? tlsHeaders : plainHeaders}      proxy_hide_header X-Parcela-Release;
${isStream ? '' : hideUpgrade}      proxy_pass "http://$route_target$request_uri";
    }
`
}

const tlsHeaders = `      add_header Strict-Transport-Security $hsts always;
      proxy_redirect "http://$http_host/" "https://$http_host/";
`

/** RFC 6797, 7.2: never without TLS. */
const plainHeaders = `      proxy_redirect off;
      proxy_hide_header Strict-Transport-Security;
`

/** Offers of HTTP/2 in clear, which some servers make in every answer, are for their own connection; browsers break on them. */
const hideUpgrade = `      proxy_hide_header Upgrade;
`
