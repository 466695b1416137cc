import type { FormatAnswer } from '@parcela/contract'

export type Resources = { ram_mb: number; cpus: number; storage_gb: number }
export const sizeNames = ['small', 'medium', 'large'] as const
export type SizeName = (typeof sizeNames)[number]

const wishes: Record<SizeName, Resources> = {
  small: { ram_mb: 128, cpus: 0.25, storage_gb: 1 },
  medium: { ram_mb: 512, cpus: 0.5, storage_gb: 10 },
  large: { ram_mb: 2048, cpus: 2, storage_gb: 50 },
}

/** The named sizes within what a format allows; pure. */
export const namedSizes = (limits: FormatAnswer['resources'] | undefined): Record<SizeName, Resources> => {
  if (limits === undefined) return wishes
  const fit = (wish: Resources): Resources => ({
    ram_mb: clamp(wish.ram_mb, limits.ram_mb),
    cpus: clamp(wish.cpus, limits.cpus),
    storage_gb: clamp(wish.storage_gb, limits.storage_gb),
  })
  return { small: fit(wishes.small), medium: fit(wishes.medium), large: fit(wishes.large) }
}

/** The name of the size that these resources are, if they are one. */
export const findSizeName = (resources: Resources, sizes: Record<SizeName, Resources>): SizeName | undefined =>
  sizeNames.find(name => {
    const size = sizes[name]
    return size.ram_mb === resources.ram_mb && size.cpus === resources.cpus && size.storage_gb === resources.storage_gb
  })

const clamp = (value: number, { minimum, maximum }: { minimum: number; maximum: number }): number =>
  Math.min(maximum, Math.max(minimum, value))
