import {
  defaultPolicy,
  type Edge,
  type EdgeCertificate,
  type ReleaseId,
  type Route,
  type ServiceId,
} from '@parcela/core'
import { expect, test } from 'vitest'

export type EdgeUnderTest = {
  edge: Edge
  certificate: (names: readonly string[]) => Promise<EdgeCertificate>
  /** An upstream that answers 200 to everything. */
  upstream: () => Promise<{ address: string; port: number }>
  /** An upstream where nothing listens. */
  deadUpstream: () => Promise<{ address: string; port: number }>
}

/** What every edge does. Each test has hosts of its own; the edge has a certificate for `*.apps.localhost`. */
export const describeEdge = (open: () => EdgeUnderTest): void => {
  const request = (host: string) => open().edge.request(host, '/', { timeoutMs: 5_000 })

  test('a host without a route is not found', async () => {
    expect(await request('nobody.apps.localhost')).toEqual({ status: 404, release: null })
  })

  test('a route is live when its promise resolves, and the next one when the next does', async () => {
    const { edge, upstream } = open()
    await edge.ensureRoute(route('switch', { release_id: 'rel_1' as ReleaseId, upstream: await upstream() }))
    expect(await request('switch.apps.localhost')).toEqual({ status: 200, release: 'rel_1' })
    await edge.ensureRoute(route('switch', { release_id: 'rel_2' as ReleaseId, upstream: await upstream() }))
    expect(await request('switch.apps.localhost')).toEqual({ status: 200, release: 'rel_2' })
  })

  test('the placeholder is served and says of itself that it is no release', async () => {
    const { edge, upstream } = open()
    await edge.ensureRoute(route('placeholder', { release_id: null, upstream: await upstream() }))
    expect(await request('placeholder.apps.localhost')).toEqual({ status: 200, release: null })
  })

  test.each(['starting', 'stopped', 'failed'] as const)('a %s site answers 503', async state => {
    await open().edge.ensureRoute(route(state, { state, upstream: null }))
    expect((await request(`${state}.apps.localhost`)).status).toBe(503)
  })

  test('a site whose upstream does not answer is a failure of the server, not of the visitor', async () => {
    const { edge, deadUpstream } = open()
    await edge.ensureRoute(route('dead', { upstream: await deadUpstream() }))
    expect((await request('dead.apps.localhost')).status).toBeGreaterThanOrEqual(502)
  })

  test('a removed route is gone, and removing it again is success', async () => {
    const { edge, upstream } = open()
    await edge.ensureRoute(route('removed', { upstream: await upstream() }))
    await edge.removeRoute('removed.apps.localhost')
    await edge.removeRoute('removed.apps.localhost')
    expect((await request('removed.apps.localhost')).status).toBe(404)
  })

  test('calls made at the same time all come true', async () => {
    const { edge, upstream } = open()
    const to = await upstream()
    const names = Array.from({ length: 20 }, (_, index) => `many-${index}`)
    await Promise.all(names.map(name => edge.ensureRoute(route(name, { upstream: to }))))
    for (const name of names) expect((await request(`${name}.apps.localhost`)).status).toBe(200)
  })

  test('replaced routes are exactly the given ones', async () => {
    const { edge, upstream } = open()
    const to = await upstream()
    await edge.replaceRoutes([route('kept', { upstream: to }), route('dropped', { upstream: to })])
    await edge.replaceRoutes([route('kept', { upstream: to }), route('added', { upstream: to })])
    expect((await request('kept.apps.localhost')).status).toBe(200)
    expect((await request('added.apps.localhost')).status).toBe(200)
    expect((await request('dropped.apps.localhost')).status).toBe(404)
  })

  test('a host has no encryption until its certificate is there, and then it has', async () => {
    const { edge, certificate, upstream } = open()
    await edge.ensureRoute({ ...route('own', { upstream: await upstream() }), host: 'www.example.test' })
    await expect(request('www.example.test')).rejects.toMatchObject({ code: 'unavailable' })
    await edge.ensureCertificates([await certificate(['www.example.test', 'example.test'])])
    expect((await request('www.example.test')).status).toBe(200)
  })
}

/** A route of `<name>.apps.localhost`. */
export const route = (name: string, changes: Partial<Route> = {}): Route => ({
  host: `${name}.apps.localhost`,
  service_id: `svc_${name}` as ServiceId,
  state: 'serving',
  upstream: null,
  redirect_to: null,
  release_id: null,
  policy: defaultPolicy,
  ...changes,
})
