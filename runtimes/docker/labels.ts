import type { InstanceSpec, ServiceId, TeamId, TeamNetwork } from '@parcela/core'

const prefix = 'dev.parcela'

/** The labels by which we know our own objects at the engine. */
export const labelNames = {
  platform: `${prefix}.platform`,
  role: `${prefix}.role`,
  service: `${prefix}.service`,
  team: `${prefix}.team`,
  release: `${prefix}.release`,
  revision: `${prefix}.revision`,
  generation: `${prefix}.generation`,
  image: `${prefix}.image`,
  digest: `${prefix}.digest`,
  port: `${prefix}.port`,
} as const

export const instanceLabels = (platform: string, spec: InstanceSpec): Record<string, string> => ({
  [labelNames.platform]: platform,
  [labelNames.role]: 'instance',
  [labelNames.service]: spec.service_id,
  [labelNames.team]: spec.team_id,
  [labelNames.release]: spec.release_id ?? '',
  [labelNames.revision]: spec.revision,
  [labelNames.generation]: String(spec.generation),
  [labelNames.image]: spec.image,
  [labelNames.digest]: spec.image.slice(spec.image.lastIndexOf(':') + 1),
  [labelNames.port]: String(spec.host_port),
})

export const networkLabels = (platform: string, network: TeamNetwork): Record<string, string> => ({
  [labelNames.platform]: platform,
  [labelNames.role]: 'network',
  [labelNames.team]: network.team_id,
})

/** The engine's filter for objects of ours. */
export const ownedBy = (
  platform: string,
  owner: { role: 'instance' | 'network' | 'image'; service?: ServiceId | undefined; team?: TeamId | undefined },
): { label: string[] } => ({
  label: [
    `${labelNames.platform}=${platform}`,
    `${labelNames.role}=${owner.role}`,
    ...(owner.service === undefined ? [] : [`${labelNames.service}=${owner.service}`]),
    ...(owner.team === undefined ? [] : [`${labelNames.team}=${owner.team}`]),
  ],
})
