import { expect, it } from 'vitest'
import { findOverQuota, findOverThreshold } from './quota-check.ts'

const limits = {
  services: 2,
  cpus: 0.3,
  ram_mb: 1024,
  storage_gb: null,
  machines: 0,
  uploads_per_day: null,
  releases_kept: null,
  custom_domains: null,
}
const used = { services: 1, cpus: 0.2, ram_mb: 512, storage_gb: 9, machines: 0, uploads_per_day: 0, custom_domains: 0 }
const quota = { limits, used }

it('lets a request through that fills the quota to the brim, fractions of cores included', () => {
  expect(findOverQuota(quota, { services: 1, cpus: 0.1, ram_mb: 512, storage_gb: 500 })).toEqual([])
})

it('names everything that a request has no room for', () => {
  expect(findOverQuota(quota, { services: 2, cpus: 0.11, ram_mb: 513, storage_gb: 1 })).toEqual([
    'services',
    'ram_mb',
    'cpus',
  ])
})

it('does not count what a change gives back, even above a limit that was lowered', () => {
  const lowered = { ...quota, used: { ...used, ram_mb: 4096 } }
  expect(findOverQuota(lowered, { services: 0, cpus: 0, ram_mb: -64, storage_gb: 0 })).toEqual([])
})

it('says what needs approval: only what is above the threshold', () => {
  const threshold = { cpus: 1, ram_mb: 1024, storage_gb: null, machines: false }
  expect(findOverThreshold(threshold, { cpus: 1, ram_mb: 1025, storage_gb: 900 })).toEqual(['ram_mb'])
})
