import type { ChallengeUpstream, EdgeConfig, StaticCertificate } from './edge-config.ts'
import { renderClassLocations } from './render-class-locations.ts'

/** The `server` blocks: control, plain HTTP, the panel, the wildcard domains, and one for every other name. */
export const renderServers = (config: EdgeConfig): string => {
  const panel = config.certificates.find(({ names }) => names.includes(config.panelHost))
  const wildcards = config.certificates
    .map(({ names, file }) => ({ file, names: names.filter(name => name !== config.panelHost) }))
    .filter(({ names }) => names.length > 0)
  return [
    controlServer(config),
    httpServer(config),
    ...(panel ? [panelServer(config, panel)] : []),
    ...wildcards.map(certificate => siteServer(config, certificate)),
    siteServer(config, { names: [], file: `${config.directory}/certificates/$certificate_name.pem` }),
  ].join('\n')
}

/** Tells us alone which configuration serves and where the workers would send a host. */
const controlServer = ({ controlSocket, version, directory }: EdgeConfig): string => `  server {
    listen "unix:${controlSocket}";
    access_log off;
    if ($is_verified = "") {
      return 403;
    }
    location = /version {
      return 200 "${version}";
    }
    location = /route {
      root "${directory}/routes/$route_name";
      if (!-e "${directory}/routes/$route_name") {
        return 404;
      }
      return 200 $realpath_root;
    }
  }
`

const httpServer = (config: EdgeConfig): string => `  server {
${listen(config, config.httpPort, 'default_server')}
${siteErrorPages}
${acmeLocations(config)}    location / {
      root "${config.directory}/routes/$route_name";
      # The class's own limit comes below.
      client_max_body_size 0;
      if ($route_name = _none) {
        return 400;
      }
      if (!-e "${config.directory}/routes/$route_name") {
        return 308 "https://$host${httpsSuffix(config)}$request_uri";
      }
      set $route $realpath_root;
      if ($route_state = redirect) {
        return 308 "https://$route_target${httpsSuffix(config)}$request_uri";
      }
      if ($route_is_plain = "") {
        return 308 "https://$host${httpsSuffix(config)}$request_uri";
      }
${toClass}    }
${renderClassLocations(config, { isTls: false })}${pages(config, { isTls: false })}  }
`

/** For every host, with or without a route; a site is never asked. Only names as RFC 8555 makes them are looked up, and never through a link. */
const acmeLocations = (config: EdgeConfig): string =>
  config.acmeWebroot === null && config.challengeUpstream === null
    ? ''
    : `    location /.well-known/acme-challenge/ {
      return 404;
    }
    location ~ "^/\\.well-known/acme-challenge/[A-Za-z0-9_-]{1,128}$" {
${config.challengeUpstream ? relayedAnswer(config.challengeUpstream) : answerOf(config.acmeWebroot)}      add_header Cache-Control no-store;
    }
`

const answerOf = (acmeWebroot: string | null): string => `      root "${acmeWebroot}";
      types {
      }
      default_type text/plain;
      disable_symlinks on from=$document_root;
      try_files $uri =404;
`

/** What is asked of the other edge is made here anew: nothing of the visitor's but the host and the token. A mark ends what would go round in circles. */
const relayedAnswer = ({ host, port, resolvers }: ChallengeUpstream): string => `      if ($http_x_parcela_challenge) {
        return 404;
      }
      limit_except GET {
        deny all;
      }
${resolvers.length === 0 ? '' : `      resolver ${resolvers.join(' ')} valid=60s;\n`}      proxy_pass_request_headers off;
      proxy_pass_request_body off;
      proxy_set_header Host $host;
      proxy_set_header Connection close;
      proxy_set_header X-Parcela-Challenge relayed;
      proxy_read_timeout 10s;
      set $challenge_host "${host}";
      proxy_pass "http://$challenge_host:${port}$uri";
`

const panelServer = (config: EdgeConfig, { file }: StaticCertificate): string => `  server {
${listen(config, config.httpsPort, 'ssl http2')}
    server_name ${config.panelHost};
    ssl_certificate "${file}";
    ssl_certificate_key "${file}";
    client_max_body_size ${config.panelBodyMegabytes}m;
    error_page 400 414 "/.parcela-edge/malformed.$panel_format";
    error_page 494 =400 "/.parcela-edge/malformed.$panel_format";
    error_page 413 "/.parcela-edge/too-large.$panel_format";
    error_page 497 =308 "https://$host${httpsSuffix(config)}$request_uri";
    error_page 500 502 504 =503 "/.parcela-edge/gateway.$panel_format";
    location / {
      proxy_read_timeout 1h;
      proxy_send_timeout 1h;
      proxy_pass "http://unix:${config.gatewaySocket}:";
    }
${pages(config, { isTls: true })}  }
`

const siteServer = (config: EdgeConfig, { names, file }: StaticCertificate): string => `  server {
${listen(config, config.httpsPort, names.length === 0 ? 'ssl http2 default_server' : 'ssl http2')}
${names.length === 0 ? '' : `    server_name ${names.map(serverName).join(' ')};\n`}    ssl_certificate "${file}";
    ssl_certificate_key "${file}";
${siteErrorPages}
    error_page 497 =308 "https://$host${httpsSuffix(config)}$request_uri";
    location / {
      root "${config.directory}/routes/$route_name";
      # The class's own limit comes below.
      client_max_body_size 0;
      add_header X-Parcela-Release $verified_release always;
      add_header Strict-Transport-Security $hsts always;
      if (!-e "${config.directory}/routes/$route_name") {
        return 404;
      }
      set $route $realpath_root;
      if ($route_state = redirect) {
        return 308 "https://$route_target${httpsSuffix(config)}$request_uri";
      }
${toClass}    }
${renderClassLocations(config, { isTls: true })}${pages(config, { isTls: true })}  }
`

/** A wildcard stands for one label, as in certificates (RFC 6125); nginx's own would take in names below that, and answer them wrongly. */
const serverName = (name: string): string =>
  name.startsWith('*.') ? `"~^[^.]+\\.${name.slice(2).replaceAll('.', '\\.')}$"` : name

/** Only what nginx itself answers is replaced; a site's own error pages pass. */
const siteErrorPages = `    error_page 400 414 "/.parcela-edge/malformed.$page_language.html";
    error_page 494 =400 "/.parcela-edge/malformed.$page_language.html";
    error_page 404 "/.parcela-edge/unknown.$page_language.html";
    error_page 413 "/.parcela-edge/too-large.$page_language.html";
    error_page 429 "/.parcela-edge/busy.$page_language.html";
    error_page 500 502 =503 "/.parcela-edge/unreachable.$page_language.html";
    error_page 503 "/.parcela-edge/$route_state.$page_language.html";
    error_page 504 "/.parcela-edge/slow.$page_language.html";`

const toClass = `      if ($route_state = unknown) {
        return 404;
      }
      if ($route_state != serving) {
        return 503;
      }
      rewrite ^ "/.parcela-edge/$route_class-$request_kind" last;
`

/** Internal: who asks for such a path gets what any unknown path gets. */
const pages = ({ directory }: EdgeConfig, { isTls }: { isTls: boolean }): string => `    location /.parcela-edge/ {
      internal;
      alias "${directory}/pages/";
      add_header X-Parcela-Release $verified_release always;
${isTls ? '      add_header Strict-Transport-Security $hsts always;\n' : ''}      add_header Retry-After $retry_after always;
      add_header Cache-Control no-store always;
      add_header Content-Security-Policy "default-src 'none'; style-src 'unsafe-inline'" always;
      add_header X-Content-Type-Options nosniff always;
    }
`

const listen = ({ addresses }: EdgeConfig, port: number, options: string): string =>
  addresses.map(address => `    listen ${address}:${port} ${options};`).join('\n')

const httpsSuffix = ({ httpsPort }: EdgeConfig): string => (httpsPort === 443 ? '' : `:${httpsPort}`)
