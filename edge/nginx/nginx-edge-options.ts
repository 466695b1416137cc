import type { EdgeClass } from '@parcela/core'
import type { Log } from '@parcela/kit'
import type { ClassLimits } from './render/edge-classes.ts'

export type NginxEdgeOptions = {
  /** A folder of the edge's own: `<home>/edge`. Where the workers' user could not reach it, it becomes a link (see `ensureServiceDirectory`). */
  directory: string
  /** Where links to `edge-access.log` (JSON lines) and `edge-error.log` are wanted; the files lie in `log` inside the directory, which workers can reach. */
  logDirectory?: string
  bind: string
  httpPort: number
  httpsPort: number
  panelHost: string
  /** Where the gateway listens; the workers' user must be able to connect to it. */
  gatewaySocket: string
  /** The system user of the workers when we are root, made when missing; default `parcela-edge`. */
  user?: string
  /** PEM of the CA that signs the certificates; without it, `request` trusts the chain that was installed for the host. */
  ca?: string
  log: Log
  /**
   * The folder whose `.well-known/acme-challenge/<token>` files are served for every host name over plain HTTP (ACME HTTP-01, RFC 8555 8.3), as
   * certbot's `--webroot-path` fills it. It becomes a link where the workers' user could not reach it. Without it, such requests are like all others.
   */
  acmeWebroot?: string
  /** Instead of a folder: another edge's plain HTTP, `http://host[:port]`, that such requests are handed to. Its name is looked up anew each minute. */
  challengeUpstream?: string
  /** Default `nginx`, as found in the system's program folders. */
  binary?: string
  workers?: number
  /** How long old workers may finish requests and WebSockets after a reload; default 60. */
  workerShutdownSeconds?: number
  /** What each class of routes may ask for; default `edgeClasses`. */
  classes?: Record<EdgeClass, ClassLimits>
  panelBodyMegabytes?: number
  confirmTimeoutMs?: number
  /** A log that grew beyond this is rotated, five are kept; default 50. */
  logMegabytes?: number
  /** How often that is looked at; default a minute. */
  rotateEveryMs?: number
}
