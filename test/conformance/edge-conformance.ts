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
  const plain = (host: string) => open().edge.request(host, '/', { timeoutMs: 5_000, scheme: 'http' })

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

  test.each(['starting', 'stopped', 'failed', 'maintenance'] as const)('a %s site answers 503', async state => {
    await open().edge.ensureRoute(route(state, { state, upstream: null }))
    expect((await request(`${state}.apps.localhost`)).status).toBe(503)
  })

  test('a redirection answers 308, over TLS and in clear', async () => {
    await open().edge.ensureRoute(route('moved', { state: 'redirect', redirect_to: 'www.example.test' }))
    expect((await request('moved.apps.localhost')).status).toBe(308)
    expect((await plain('moved.apps.localhost')).status).toBe(308)
  })

  test('plain HTTP is sent to HTTPS, unless the policy of the route says that it is answered, too', async () => {
    const { edge, upstream } = open()
    const site = route('clear', { release_id: 'rel_1' as ReleaseId, upstream: await upstream() })
    await edge.ensureRoute(site)
    expect(await plain('clear.apps.localhost')).toEqual({ status: 308, release: null })
    await edge.ensureRoute({ ...site, policy: { ...defaultPolicy, https_redirect: false } })
    expect(await plain('clear.apps.localhost')).toEqual({ status: 200, release: 'rel_1' })
    expect(await request('clear.apps.localhost')).toEqual({ status: 200, release: 'rel_1' })
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
    expect(await edge.hasCertificate('www.example.test')).toBe(false)
    await edge.ensureCertificates([await certificate(['www.example.test', 'example.test'])])
    expect((await request('www.example.test')).status).toBe(200)
    expect(await edge.hasCertificate('www.example.test')).toBe(true)
  })

  test('certificates are taken away by their names, and taking them away again is success', async () => {
    const { edge, certificate } = open()
    const names = [['away.test', 'www.away.test'], ['*.away.example']]
    for (const each of names) await edge.ensureCertificates([await certificate(each)])
    expect(await edge.hasCertificate('any.away.example')).toBe(true)
    await edge.removeCertificates(names)
    await edge.removeCertificates([...names, ['never.test']])
    for (const host of ['away.test', 'www.away.test', 'any.away.example']) {
      expect(await edge.hasCertificate(host)).toBe(false)
      await expect(request(host)).rejects.toMatchObject({ code: 'unavailable' })
    }
    expect(await edge.hasCertificate('any.apps.localhost')).toBe(true)
    expect(await edge.hasCertificate('deep.any.apps.localhost')).toBe(false)
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
