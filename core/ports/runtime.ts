import type { LogLine } from '@parcela/contract'
import type { ServiceId } from '../model/id.ts'
import type { Image, Instance, InstanceSpec, TeamNetwork } from '../model/instance.ts'

/**
 * One file of a build context. `open` is called at most once, when its turn comes. With `sha256` the file's modification time in the image follows
 * from its content, so that a web server's ETag (time and size) of an unchanged file stays the same from release to release.
 */
export type ContextFile = { path: string; size: number; sha256?: string; open: () => AsyncIterable<Uint8Array> }

export type BuildRequest = {
  /** The name the image gets: `parcela-<platform>/<service>:<digest>`; a digest of everything that goes into it. */
  reference: string
  /** Whose it is; null for the base image of a format, which all services share. */
  service_id: ServiceId | null
  digest: string
  dockerfile: string
  /** The build context besides the Dockerfile; read once, streamed, never whole in memory. */
  context: () => AsyncIterable<ContextFile>
}

export type RuntimeHealth = { reachable: boolean; version: string | null; problem: string | null }

/**
 * Where instances run. Every object that an implementation makes carries the platform's id and the service's id as labels; it sees, changes
 * and removes only objects with its own platform's label.
 *
 * All calls are idempotent (twice equals once; removing what is gone is success) and may be repeated after a crash between any two.
 * Failures: `unavailable` when the engine does not answer (try again), `rejected` when it understood and refused (details say what),
 * `conflict` with `details.reason` `port_taken` or `subnet_taken` when the host uses that port or subnet for something else.
 */
export interface Runtime {
  checkHealth(): Promise<RuntimeHealth>

  /** Every instance of ours, or those of one service, in any state. */
  listInstances(serviceId?: ServiceId): Promise<Instance[]>
  listImages(serviceId?: ServiceId): Promise<Image[]>
  listNetworks(): Promise<TeamNetwork[]>
  hasImage(reference: string): Promise<boolean>

  /**
   * Builds the image unless one of that reference exists. `onLine` receives the engine's output line by line.
   * A failed build is `rejected` with the last lines in `details.output`; it leaves nothing behind.
   * Aborting ends the build at the engine too.
   */
  ensureImage(request: BuildRequest, options: { signal: AbortSignal; onLine: (line: string) => void }): Promise<void>

  ensureNetwork(network: TeamNetwork): Promise<void>

  /**
   * Creates and starts the instance of this revision, or starts the one that is there; resolves when the engine has started it, which is
   * before it answers requests. Hardened: read-only root, no capabilities, no new privileges, limits as given, published on loopback only.
   * `conflict` with reason `stale_generation` when an instance of a later generation of this service exists.
   */
  ensureInstance(spec: InstanceSpec): Promise<Instance>

  /** Sends the stop signal, waits up to `graceSeconds`, then ends it. */
  stopInstance(id: string, options: { graceSeconds: number }): Promise<void>
  /** Stops (as above) and removes. Logs are gone afterwards. */
  removeInstance(id: string, options: { graceSeconds: number }): Promise<void>
  removeImage(reference: string): Promise<void>
  /** Removes the team's network; `conflict` with reason `in_use` while an instance is attached. */
  removeNetwork(network: Pick<TeamNetwork, 'team_id'>): Promise<void>

  /** The last lines of an instance's output, oldest first; with `follow`, new ones until aborted or the instance is gone. */
  readLogs(
    id: string,
    options: { lines: number; follow: boolean; signal: AbortSignal },
  ): AsyncIterable<Omit<LogLine, 'release_id'>>
}
