import type { EdgeClass } from '@parcela/core'

/** How much one visitor (an IPv4 address or an IPv6 network of 64 bits), or all visitors together, may ask of one service. */
type Share = {
  requestsPerSecond: number
  /** How many requests beyond that rate are taken at once before the next is refused. */
  burst: number
  /** Requests under way: each WebSocket, event stream and request of an HTTP/2 connection is one. */
  connections: number
}

export type ClassLimits = {
  bodyMegabytes: number
  /** Between two reads or writes, on either side; what flows may last for ever. */
  quietSeconds: number
  perClient: Share
  perService: Share
}

/**
 * The numbers of each class, and why.
 *
 * - One page fetches some fifty files at once, and a classroom of thirty comes from one address: so a client's burst is a first visit of the room
 *   (1,500 in `standard`), and its steady rate what thirty people click. A browser opens up to 128 requests on one HTTP/2 connection, so fewer connections than
 *   that would break a single visitor.
 * - All clients together may take a few times the share of one: a site that many attack must leave the others their part of the edge, whose
 *   workers hold 4,096 connections each, two for each request.
 * - `small` is for trials: photographs and forms. `standard` takes what most sites upload, and answers that a report needs minutes for.
 *   `large` is for applications that move archives.
 */
export const edgeClasses: Record<EdgeClass, ClassLimits> = {
  small: {
    bodyMegabytes: 20,
    quietSeconds: 60,
    perClient: { requestsPerSecond: 50, burst: 300, connections: 150 },
    perService: { requestsPerSecond: 150, burst: 900, connections: 400 },
  },
  standard: {
    bodyMegabytes: 100,
    quietSeconds: 600,
    perClient: { requestsPerSecond: 250, burst: 1_500, connections: 500 },
    perService: { requestsPerSecond: 1_000, burst: 5_000, connections: 1_200 },
  },
  large: {
    bodyMegabytes: 1_000,
    quietSeconds: 1_800,
    perClient: { requestsPerSecond: 1_000, burst: 5_000, connections: 1_000 },
    perService: { requestsPerSecond: 5_000, burst: 20_000, connections: 2_500 },
  },
}

/** WebSockets and event streams are silent for long by nature, in every class; programs that keep them send something each minute or so. */
export const streamQuietSeconds = 3_600
