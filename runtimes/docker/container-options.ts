import type { InstanceSpec } from '@parcela/core'
import type { ContainerCreateOptions } from 'dockerode'
import { instanceLabels } from './labels.ts'
import { containerName, networkName } from './object-names.ts'

const mebibyte = 1024 * 1024
const nanoCpus = 1_000_000_000

/** Where a container runs, besides what it is. */
export type Host = {
  platform: string
  /** The host's address that ports are published on. */
  publishAddress: string
  /** Cores of the host: the engine refuses a limit above them, and a limit above them limits nothing. */
  processors: number
  /** Whom the image runs as: `10001:10001`, `10001`, or names that only the image knows. */
  user: string
}

/** What the engine is asked to create: a container that can write nowhere, gain nothing and use no more than it was given. Pure. */
export const containerOptions = (spec: InstanceSpec, host: Host): ContainerCreateOptions => ({
  name: containerName(host.platform, spec),
  Image: spec.image,
  Hostname: spec.name,
  Labels: instanceLabels(host.platform, spec),
  Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
  StopSignal: spec.stop_signal,
  ExposedPorts: { [`${spec.container_port}/tcp`]: {} },
  HostConfig: {
    ...hardening(spec, host.user),
    ...limits(spec, host),
    NetworkMode: networkName(host.platform, spec.network.team_id),
    PortBindings: {
      [`${spec.container_port}/tcp`]: [{ HostIp: host.publishAddress, HostPort: String(spec.host_port) }],
    },
    // Sites come back after a restart of the host even while Parcela is down; the engine doubles its pause between attempts up to a minute.
    RestartPolicy: { Name: 'unless-stopped' },
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
  },
})

const hardening = (spec: InstanceSpec, user: string) => ({
  ReadonlyRootfs: true,
  Tmpfs: Object.fromEntries(
    Object.entries(spec.tmpfs).map(([path, mebibytes]) => [
      path,
      `rw,noexec,nosuid,nodev,size=${mebibytes}m,mode=1777${ownerOptions(user)}`,
    ]),
  ),
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
  Privileged: false,
  IpcMode: 'private',
  PublishAllPorts: false,
  // A first process that passes signals on and reaps orphans, whatever the image starts.
  Init: true,
})

/**
 * The container runtime gives a tmpfs the mode of the folder that it covers, whatever was asked for; from its second start on there is such a
 * folder, made by the first. So the tmpfs belongs to the user, too.
 */
const ownerOptions = (user: string): string => {
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(user) ?? []
  return `${uid ? `,uid=${uid}` : ''}${gid ? `,gid=${gid}` : ''}`
}

const limits = (spec: InstanceSpec, host: Host) => ({
  Memory: spec.ram_mb * mebibyte,
  // Memory and swap together: the same number means no swap.
  MemorySwap: spec.ram_mb * mebibyte,
  NanoCpus: Math.round(Math.min(spec.cpus, host.processors) * nanoCpus),
  PidsLimit: spec.pids_limit,
  Ulimits: [{ Name: 'nofile', Soft: 8192, Hard: 8192 }],
})
