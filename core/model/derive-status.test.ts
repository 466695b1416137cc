import { expect, test } from 'vitest'
import { deriveStatus } from './derive-status.ts'
import type { ReleaseId } from './id.ts'
import type { ServiceStatus } from './service.ts'

const running: ServiceStatus = {
  status: 'running',
  status_reason: null,
  generation: 3,
  serving_release_id: 'rel_1' as ReleaseId,
  warnings: ['there is no index.html'],
  attempts: 0,
  retry_at: null,
  updated_at: new Date('2026-01-01T00:00:00Z'),
}
const failed: ServiceStatus = {
  ...running,
  status: 'failed',
  status_reason: { code: 'rejected', message: 'The build failed.', step: 'build-image' },
  serving_release_id: null,
  attempts: 4,
  retry_at: new Date('2026-01-01T00:01:00Z'),
}

test('a status that speaks of the wanted generation is told as it is', () => {
  expect(deriveStatus({ generation: 3, power: 'running' }, running)).toEqual(running)
  expect(deriveStatus({ generation: 3, power: 'running' }, failed)).toEqual(failed)
})

test('a service that serves is updating once something newer is wanted, and keeps its warnings', () => {
  const told = deriveStatus({ generation: 4, power: 'running' }, running)
  expect(told).toMatchObject({ status: 'updating', generation: 4, serving_release_id: 'rel_1' })
  expect(told.warnings).toEqual(running.warnings)
})

test('a service that serves nothing is queued again, without the reason and attempts of the generation before', () => {
  const told = deriveStatus({ generation: 4, power: 'running' }, failed)
  expect(told).toMatchObject({ status: 'queued', status_reason: null, attempts: 0, retry_at: null })
})

test('a service that is to be deleted is deleting, whatever it did before', () => {
  expect(deriveStatus({ generation: 4, power: 'deleted' }, running).status).toBe('deleting')
  expect(deriveStatus({ generation: 4, power: 'deleted' }, failed).status).toBe('deleting')
})

test('what waits for approval or was refused it says so, whatever was recorded, until it is deleted', () => {
  const waiting = { generation: 4, power: 'running', approval: { state: 'pending', reason: 'ram_mb' } } as const
  expect(deriveStatus(waiting, running)).toMatchObject({
    status: 'pending_approval',
    generation: 4,
    status_reason: { code: 'forbidden', reason: 'needs_approval', values: { over: 'ram_mb' } },
  })
  const refused = { ...waiting, approval: { state: 'refused', reason: 'No.' } } as const
  expect(deriveStatus(refused, running)).toMatchObject({ status: 'failed', status_reason: { reason: 'refused' } })
  expect(deriveStatus({ ...refused, power: 'deleted' }, running).status).toBe('deleting')
})

test('a change that waits is told beside a status that has nothing else to say', () => {
  const waiting = { generation: 3, power: 'running', approval: { state: 'change_pending', reason: 'cpus' } } as const
  expect(deriveStatus(waiting, running)).toMatchObject({
    status: 'running',
    status_reason: { reason: 'change_needs_approval' },
  })
  const status_reason = { code: 'unavailable', message: 'x', step: null } as const
  expect(deriveStatus(waiting, { ...running, status_reason }).status_reason).toEqual(status_reason)
})
