import type { EdgeClass } from '@parcela/core'
import type { ClassLimits } from './edge-classes.ts'

/** Everything the text of nginx.conf depends on. Paths are absolute; see `parseSafePath`. */
export type EdgeConfig = {
  /** What the control socket answers once this configuration serves. */
  version: string
  /** Where routes, pages and certificates lie and nginx has its own files. */
  directory: string
  logDirectory: string
  controlSocket: string
  gatewaySocket: string
  /** The system user of the workers; null when nginx is not started by root. */
  user: string | null
  workers: number
  /** As in `listen`: `127.0.0.1`, `[::1]`. */
  addresses: readonly string[]
  httpPort: number
  httpsPort: number
  panelHost: string
  /** Requests that carry it in `X-Parcela-Verify` learn which release answered. */
  verifyToken: string
  workerShutdownSeconds: number
  classes: Record<EdgeClass, ClassLimits>
  panelBodyMegabytes: number
  /** Where answers to ACME HTTP-01 challenges lie, below `.well-known/acme-challenge`; null for none. */
  acmeWebroot: string | null
  /** The edge that has those answers instead, and whom its name is looked up at; null for none. */
  challengeUpstream: ChallengeUpstream | null
  /** Certificates with a place of their own in the configuration; all others are found by the name of their file. */
  certificates: readonly StaticCertificate[]
}

/** `resolvers` are empty where `host` is an address, as in a URL: `192.0.2.1`, `[2001:db8::1]`. */
export type ChallengeUpstream = { host: string; port: number; resolvers: readonly string[] }

/** A certificate with its key in one file, and the names it serves: the panel's, or a wildcard's. */
export type StaticCertificate = { names: readonly string[]; file: string }
