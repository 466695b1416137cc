import { describe, expect, test } from 'vitest'
import { createServiceRequest } from './service-request.ts'

/** The seed's own example, as it stands there, without its comments. */
const seed = {
  user_id: '12345',
  username: 'usuario_ejemplo',
  service_type: 'docker',
  service_format: 'web',
  storage_gb: 10,
  ram_mb: 512,
  additional_requirements: {},
}

const problemsOf = (request: unknown) =>
  createServiceRequest.safeParse(request).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ??
  []

test("the seed's example is accepted as it stands", () => {
  expect(createServiceRequest.parse(seed)).toEqual(seed)
})

describe('a request', () => {
  test.each([
    [{ ...seed, sorage_gb: 1 }, 'sorage_gb'],
    [{ ...seed, storage_gb: 0 }, 'storage_gb: must be at least 1 GiB'],
    [{ ...seed, storage_gb: -1 }, 'storage_gb: must be at least'],
    [{ ...seed, storage_gb: 1e9 }, 'storage_gb: must be at most'],
    [{ ...seed, storage_gb: 1.5 }, 'storage_gb: must be a whole number'],
    [{ ...seed, storage_gb: '10' }, 'storage_gb: must be a whole number'],
    [{ ...seed, ram_mb: 0 }, 'ram_mb: must be at least 16 MiB'],
    [{ ...seed, ram_mb: Number.MAX_SAFE_INTEGER }, 'ram_mb: must be at most'],
    [{ ...seed, cpus: 0 }, 'cpus: must be at least 0.1'],
    [{ ...seed, cpus: Number.NaN }, 'cpus: must be a number'],
    [{ ...seed, service_type: 'lxc' }, 'service_type: must be "docker"'],
    [{ ...seed, service_format: 7 }, 'service_format: must be text'],
    [{ ...seed, additional_requirements: [] }, 'additional_requirements: must be an object'],
    [{ ...seed, name: '$(reboot)' }, 'name: may only hold'],
    [{ ...seed, user_id: 12345 }, 'user_id: must be text'],
  ])('with %j is refused and names the field', (request, problem) => {
    expect(problemsOf(request).join('\n')).toContain(problem)
  })

  test.each([undefined, null, 'text', [], 7])('%j is refused', request => {
    expect(problemsOf(request)).not.toEqual([])
  })
})
