import { createHash } from 'node:crypto'
import type { InstanceSpec, TeamId } from '@parcela/core'

const shortLength = 12

/** Names that people see in the engine's own tools. We find things by label; names only keep two of them from being made. */
export const containerName = (platform: string, spec: Pick<InstanceSpec, 'name' | 'revision'>): string =>
  `parcela-${shortPlatform(platform)}-${spec.name}-${spec.revision}`

export const networkName = (platform: string, team: TeamId): string => `parcela-${shortPlatform(platform)}-${team}`

/** What the names of a platform's images begin with; the part after it is the service's id. */
export const imageNamespace = (platform: string): string => `parcela-${platform}/`

/** Hashed rather than cut: ids that begin with the time of their making share their first characters. */
const shortPlatform = (platform: string): string =>
  platform.length <= shortLength ? platform : createHash('sha256').update(platform).digest('hex').slice(0, 8)
