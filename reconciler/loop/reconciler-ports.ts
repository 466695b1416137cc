import type { FormatManifest } from '@parcela/contract'
import type {
  CertificateBook,
  CertificateIssuer,
  Clock,
  DesiredReader,
  Edge,
  FileStore,
  Journal,
  Leases,
  NameLookup,
  NameServer,
  ObservedState,
  Runtime,
  TrafficLog,
  TrafficRecorder,
  WorkQueue,
} from '@parcela/core'
import type { Log } from '@parcela/kit'

/** Everything that the reconciler acts through; decided once, where it is wired. */
export type ReconcilerPorts = {
  desired: DesiredReader
  observed: ObservedState
  journal: Journal
  leases: Leases
  queue: WorkQueue
  runtime: Runtime
  edge: Edge
  nameServer: NameServer
  nameLookup: NameLookup
  certificates: CertificateIssuer
  certificateBook: CertificateBook
  trafficLog: TrafficLog
  trafficRecorder: TrafficRecorder
  files: FileStore
  catalog: ReadonlyMap<string, FormatManifest>
  /** One HTTP request straight to an instance: the status, or undefined when nobody answers. */
  probe: (target: { address: string; port: number; path: string; timeoutMs: number }) => Promise<number | undefined>
  clock: Clock
  log: Log
}

export type ReconcilerOptions = {
  /** This installation's id; part of every image name. */
  platform: string
  appsDomain: string
  /** The name of the page. */
  panelHost: string
  /** One record for each service's name, or a wildcard for all of them. */
  recordsMode: 'each' | 'wildcard'
  /** Where a service of that name answers. */
  serviceUrl: (name: string) => string
  /** The edge's own addresses, that names point at. */
  edgeAddresses: { ipv4: readonly string[]; ipv6: readonly string[] }
  /** How long an old instance keeps running after its route went elsewhere. */
  drainMs: number
  /** How long files of deleted services are kept, in days. */
  retentionDays: number
  /** How long an uploaded content that nothing refers to is kept. */
  uploadGraceMs: number
  resyncEveryMs: number
  concurrency: number
}
