import { afterAll, beforeAll, describe } from 'vitest'
import { createFakeEdge } from '../fakes/fake-edge.ts'
import { makeCertificate } from './edge-certificates.ts'
import { describeEdge, type EdgeUnderTest } from './edge-conformance.ts'
import { type EdgeFixture, findFreePort, openEdgeFixture } from './edge-fixture.ts'

const deadPort = 9

describe('nginx', () => {
  let fixture: EdgeFixture

  beforeAll(async () => {
    fixture = await openEdgeFixture()
  })

  afterAll(() => fixture.close())

  describeEdge(() => ({
    edge: fixture.edge,
    certificate: names => makeCertificate(fixture.home, names),
    upstream: async () => {
      const { address, port } = await fixture.serve((_, answer) => answer.end('here'))
      return { address, port }
    },
    deadUpstream: async () => ({ address: '127.0.0.1', port: await findFreePort() }),
  }))
})

describe('the fake', () => {
  let under: EdgeUnderTest

  beforeAll(async () => {
    const edge = createFakeEdge({ isAnswering: ({ port }) => port !== deadPort })
    const certificate: EdgeUnderTest['certificate'] = async names => ({ names, certificate: 'pem', key: 'pem' })
    await edge.ensureCertificates([await certificate(['*.apps.localhost'])])
    under = {
      edge,
      certificate,
      upstream: async () => ({ address: '127.0.0.1', port: 40_000 }),
      deadUpstream: async () => ({ address: '127.0.0.1', port: deadPort }),
    }
  })

  describeEdge(() => under)
})
