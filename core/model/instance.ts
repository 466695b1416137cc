import type { ReleaseId, ServiceId, TeamId } from './id.ts'

/** One running copy of a service on a runtime, as it should be. Everything that makes it differ from another is in `revision`. */
export type InstanceSpec = {
  service_id: ServiceId
  team_id: TeamId
  /** The service's name, for people who look at the runtime with its own tools. */
  name: string
  release_id: ReleaseId | null
  /** Hash of image, resources, environment and restart count: the same revision is the same instance. 12 hexadecimal digits. */
  revision: string
  /** The generation that asked for it; a runtime refuses one older than it has seen for this service. */
  generation: number
  image: string
  /** TCP port inside. */
  container_port: number
  /** TCP port on the host's loopback, leased by us. */
  host_port: number
  ram_mb: number
  cpus: number
  pids_limit: number
  env: Record<string, string>
  /** Writable paths in the read-only file system -> size in MiB. */
  tmpfs: Record<string, number>
  stop_signal: string
  network: TeamNetwork
}

/** The network that the instances of one team share, apart from everybody else's. */
export type TeamNetwork = { team_id: TeamId /** CIDR, such as `10.208.3.0/24`. */; subnet: string }

/** An instance as the runtime sees it. */
export type Instance = {
  /** The runtime's own id (a container id). */
  id: string
  service_id: ServiceId
  team_id: TeamId
  release_id: ReleaseId | null
  revision: string
  generation: number
  image: string
  state: 'created' | 'running' | 'stopped'
  /** How the main process ended, when it did. */
  exit: { code: number; out_of_memory: boolean } | null
  /** Where it can be reached from the edge. */
  upstream: { address: string; port: number } | null
  created_at: Date
}

/** An image of ours, as the runtime sees it. */
export type Image = {
  reference: string
  service_id: ServiceId
  digest: string
  created_at: Date
  size_bytes: number
}
