import { expect, it } from 'vitest'
import { findSizeName, namedSizes } from './named-sizes.ts'

it('fits the named sizes into what a format allows', () => {
  const sizes = namedSizes({
    storage_gb: { minimum: 2, default: 2, maximum: 20 },
    ram_mb: { minimum: 256, default: 256, maximum: 1024 },
    cpus: { minimum: 0.5, default: 0.5, maximum: 1 },
  })
  expect(sizes.small).toEqual({ ram_mb: 256, cpus: 0.5, storage_gb: 2 })
  expect(sizes.large).toEqual({ ram_mb: 1024, cpus: 1, storage_gb: 20 })
})

it('recognises a size by its amounts, and calls everything else custom', () => {
  const sizes = namedSizes(undefined)
  expect(findSizeName({ ...sizes.medium }, sizes)).toBe('medium')
  expect(findSizeName({ ...sizes.medium, ram_mb: 513 }, sizes)).toBeUndefined()
})
