import { AppError } from '@parcela/contract'
import type { Edge, EdgeCertificate, Route } from '@parcela/core'
import { type Faulty, withFaults } from './with-faults.ts'

type Upstream = { address: string; port: number }

export type FakeEdge = Faulty<Edge> & {
  listRoutes(): Route[]
  listCertificates(): EdgeCertificate[]
  /** How often what is live changed: each is a reload of a real server. */
  countReloads(): number
  /** What the routes answer from now on, instead of 200. */
  answerWith(status: number): void
}

/** An edge in memory. `isAnswering` says whether an upstream answers (a fake runtime's own); without it every upstream does. */
export const createFakeEdge = (options: { isAnswering?: (upstream: Upstream) => boolean } = {}): FakeEdge => {
  const { isAnswering = () => true } = options
  const routes = new Map<string, Route>()
  const certificates = new Map<string, EdgeCertificate>()
  let reloads = 0
  let answer = 200

  const change = (apply: () => void): void => {
    const before = JSON.stringify([[...routes.values()].sort(byHost), [...certificates.values()]])
    apply()
    if (JSON.stringify([[...routes.values()].sort(byHost), [...certificates.values()]]) !== before) reloads += 1
  }
  const isCovered = (host: string): boolean =>
    [...certificates.values()].some(({ names }) => names.some(name => covers(name, host)))
  const forget = (names: readonly string[]): void => {
    for (const [key, certificate] of certificates) {
      const left = certificate.names.filter(name => !names.includes(name))
      if (left.length === certificate.names.length) continue
      certificates.delete(key)
      if (left.length > 0) certificates.set(keyOf(left), { ...certificate, names: left })
    }
  }

  const port: Edge = {
    replaceRoutes: async wanted =>
      change(() => {
        routes.clear()
        for (const route of wanted) routes.set(route.host, normalise(route))
      }),
    ensureRoute: async route => change(() => routes.set(route.host, normalise(route))),
    removeRoute: async host => change(() => routes.delete(host)),
    ensureCertificates: async given =>
      change(() => {
        for (const certificate of given) {
          const key = keyOf(certificate.names)
          if (!certificates.has(key)) forget(certificate.names)
          certificates.set(key, structuredClone(certificate))
        }
      }),
    removeCertificates: async given => change(() => forget(given.flat())),
    hasCertificate: async host => isCovered(host),
    request: async (host, _path, { scheme = 'https' }) => {
      if (scheme === 'https' && !isCovered(host)) {
        throw new AppError('unavailable', `The edge has no certificate for ${host}.`, {
          details: { reason: 'no_certificate' },
        })
      }
      const route = routes.get(host)
      if (scheme === 'http' && (!route || route.policy.https_redirect)) return { status: 308, release: null }
      if (!route) return { status: 404, release: null }
      const { state, upstream, release_id } = route
      if (state === 'redirect') return { status: 308, release: release_id }
      if (state !== 'serving' || !upstream) return { status: 503, release: release_id }
      return { status: isAnswering(upstream) ? answer : 502, release: release_id }
    },
  }

  return {
    ...withFaults(port),
    listRoutes: () => structuredClone([...routes.values()].sort(byHost)),
    listCertificates: () => structuredClone([...certificates.values()]),
    countReloads: () => reloads,
    answerWith: status => {
      answer = status
    },
  }
}

const keyOf = (names: readonly string[]): string => [...names].sort().join(' ')

const byHost = (one: Route, other: Route): number => (one.host < other.host ? -1 : 1)

/** The fields in one order, so that equal routes have equal text. */
const normalise = ({ host, service_id, state, upstream, redirect_to, release_id, policy }: Route): Route => ({
  host,
  service_id,
  state,
  upstream: upstream && { address: upstream.address, port: upstream.port },
  redirect_to,
  release_id,
  policy: { https_redirect: policy.https_redirect, hsts: policy.hsts, edge_class: policy.edge_class },
})

/** A wildcard stands for one label, as in RFC 6125. */
const covers = (name: string, host: string): boolean =>
  name === host || (name.startsWith('*.') && host.slice(host.indexOf('.') + 1) === name.slice(2))
