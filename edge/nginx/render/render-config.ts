import type { EdgeConfig } from './edge-config.ts'
import { renderServers } from './render-servers.ts'
import { renderTemporaryPaths } from './render-temporary-paths.ts'

/**
 * The whole nginx.conf, for nginx 1.18 and later. It holds no route: a request's host names a link below `routes/`, whose target's name
 * says where the request goes (`createRouteTable`). So it changes only with the settings and with the certificates of the panel and the wildcards.
 */
export const renderConfig = (config: EdgeConfig): string => `# Written by Parcela; changes made here are lost.
${config.user === null ? '' : `user ${config.user} ${config.user};\n`}daemon off;
pid "${config.directory}/nginx.pid";
working_directory "${config.directory}";
error_log "${config.logDirectory}/edge-error.log" warn;
worker_processes ${config.workers};
worker_rlimit_nofile 8192;
worker_shutdown_timeout ${config.workerShutdownSeconds}s;
pcre_jit on;

events {
  worker_connections 4096;
}

http {
${renderTemporaryPaths(config.directory)}

  types {
    text/html html;
    application/json json;
  }
  charset utf-8;
  server_tokens off;
  server_names_hash_bucket_size 512;
  map_hash_bucket_size 128;
  variables_hash_max_size 2048;
  uninitialized_variable_warn off;
  keepalive_timeout 65s;
  client_header_timeout 15s;
  large_client_header_buffers 4 16k;
  absolute_redirect off;

${maps(config)}

${limitZones(config)}

  log_format parcela escape=json '{"time":"$time_iso8601","host":"$host","service":"$route_service","release":"$route_release",'
    '"method":"$request_method","scheme":"$scheme","path":"$request_path","kind":"$request_kind","status":$status,"bytes":$bytes_sent,'
    '"seconds":$request_time,"header_seconds":"$upstream_header_time","upstream_seconds":"$upstream_response_time",'
    '"address":"$remote_addr","protocol":"$server_protocol","user_agent":"$http_user_agent"}';
  access_log "${config.logDirectory}/edge-access.log" parcela buffer=32k flush=1s if=$is_visit;

  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
  ssl_ecdh_curve X25519:prime256v1:secp384r1;
  # Both versions resume from this cache: 1.2 by session id, 1.3 by a ticket that only names an entry. There is no ticket key, which nginx of these
  # versions would never change and which would undo forward secrecy; a session is forgotten after an hour.
  ssl_session_cache shared:parcela:4m;
  ssl_session_timeout 1h;
  ssl_session_tickets off;
  # No OCSP stapling, on purpose: Let's Encrypt ended its OCSP service in 2025 and its certificates name none, nor do those of the local CA. Short
  # lives and revocation lists that browsers fetch themselves have taken its place.

  # Bodies and answers are handed on as they come, in both directions: no upload is ever on this disk, events arrive when they are sent.
  proxy_http_version 1.1;
  proxy_request_buffering off;
  proxy_buffering off;
  proxy_buffer_size 32k;
  proxy_buffers 4 32k;
  proxy_busy_buffers_size 64k;
  proxy_connect_timeout 5s;
  # A request may have had effects before its connection broke; only the visitor may send it again.
  proxy_next_upstream off;
  proxy_set_header Host $http_host;
  proxy_set_header Connection $connection_header;
  proxy_set_header Upgrade $upgrade_header;
  proxy_set_header X-Real-IP $remote_addr;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_set_header X-Forwarded-Port $server_port;
${unsetHeaders.map(name => `  proxy_set_header ${name} "";`).join('\n')}
  # A site must not steer the edge: to other sites' pages, past its limits, or onto this disk.
  proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset;
  proxy_hide_header X-Parcela-Release;

${renderServers(config)}}
`

/** What a visitor might claim of themselves and an application might believe, and what is meant for the edge alone (RFC 9110, 7.6.1). */
const unsetHeaders = [
  'Forwarded',
  'Proxy',
  'Proxy-Authorization',
  'Proxy-Connection',
  'X-Forwarded-Prefix',
  'X-Forwarded-Server',
  'X-Forwarded-Ssl',
  'X-Original-URL',
  'X-Parcela-Verify',
  'X-Rewrite-URL',
]

/** Zone sizes: a state takes 128 or 256 bytes, so four megabytes remember at least 16,000 pairs of client and service. */
const limitZones = ({ classes }: EdgeConfig): string =>
  Object.entries(classes)
    .map(
      ([name, { perClient, perService }]) =>
        `  limit_req_zone $client_key zone=${name}_client:4m rate=${perClient.requestsPerSecond}r/s;
  limit_req_zone $service_key zone=${name}_service:1m rate=${perService.requestsPerSecond}r/s;
`,
    )
    .join('')
    .concat(`  limit_conn_zone $client_key zone=client_connections:4m;
  limit_conn_zone $service_key zone=service_connections:1m;
  limit_req_status 429;
  limit_conn_status 429;
  # A flood must not fill the log as well; the access log has every refusal.
  limit_req_log_level info;
  limit_conn_log_level info;`)

const maps = (config: EdgeConfig): string => `  # Only names of this alphabet become paths; "_" is in none of them.
  map $host $route_name {
    default _none;
    "~^[a-z0-9][a-z0-9.-]*$" $host;
  }
  map $ssl_server_name $certificate_name {
    default _default;
    "~^[a-z0-9][a-z0-9-]*\\.[a-z0-9.-]*$" $ssl_server_name;
  }

  # $route is .../targets/<state>,<where to>,<release>,<service>,<policy>; one that a version without policies wrote ends at the service.
  map $route $route_state {
    default unknown;
    "~/(?<found_state>[a-z]+),[^/]*$" $found_state;
  }
  map $route $route_target {
    default "";
    "~/[a-z]+,(?<found_target>[^,/]+),[^/]*$" $found_target;
  }
  map $route $route_release {
    default "";
    "~/[a-z]+,[^,/]*,(?<found_release>[^,/]+),[^/]*$" $found_release;
  }
  map $route $route_service {
    default "";
    "~/[a-z]+,[^,/]*,[^,/]*,(?<found_service>[^,/]+)(,[^/]*)?$" $found_service;
  }

  # <policy> is [plain.][hsts.]<class>
  map $route $route_class {
    default standard;
    "~,(?:[a-z]+\\.)*(?<found_class>small|standard|large)$" $found_class;
  }
  map $route $route_is_plain {
    default "";
    "~,plain\\.[a-z.]+$" yes;
  }
  map $route $route_hsts {
    default "";
    "~,(?:plain\\.)?hsts\\.[a-z]+$" "max-age=31536000";
  }
  # What a site says itself stands.
  map $upstream_http_strict_transport_security $hsts {
    default "";
    "" $route_hsts;
  }

  map $http_x_parcela_verify $is_verified {
    default "";
    "${config.verifyToken}" yes;
  }
  map $is_verified $verified_release {
    default "";
    yes $route_release;
  }
  map $is_verified $is_visit {
    default 1;
    yes 0;
  }

  # Who has one address of an IPv6 network has them all.
  map $binary_remote_addr $client_network {
    default $binary_remote_addr;
    "~^(?<found_network>(?s:.{8}))(?s:.{8})\\z" $found_network;
  }
  # Whether a site answers is asked of the site, however many others ask at the same time: an empty key is never limited.
  map $is_verified $client_key {
    default "$client_network$route_service";
    yes "";
  }
  map $is_verified $service_key {
    default $route_service;
    yes "";
  }
  # Streams may be silent for long.
  map "$upgrade_header $http_accept" $request_kind {
    default request;
    "~^websocket " stream;
    "~* .*\\btext/event-stream\\b" stream;
  }

  # The first of the two languages that the visitor names.
  map $http_accept_language $page_language {
    default en;
    "~*^((?!en\\b)[a-z*-]+(;[^,]*)?, *)*es\\b" es;
  }
  map $http_accept $panel_format {
    default json;
    "~*text/html" $page_language.html;
  }
  map "$status $route_state" $retry_after {
    default "";
    "503 maintenance" 120;
    "~^(429|503) " 5;
  }
  # WebSockets alone: other upgrades (h2c) would carry requests past these rules.
  map $http_upgrade $upgrade_header {
    default "";
    "~*^websocket$" websocket;
  }
  map $upgrade_header $connection_header {
    default close;
    websocket upgrade;
  }
  map $request_uri $request_path {
    default "";
    "~^(?<found_path>[^?]*)" $found_path;
  }`
