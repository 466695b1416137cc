import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EdgeSnapshot, SignedEdgeSnapshot } from '@parcela/contract'
import { createLog, waitUntil } from '@parcela/kit'
import { createFakeEdge } from '@parcela/test'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { followSnapshots } from './follow-snapshots.ts'
import { createVersionFile } from './version-file.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const stranger = generateKeyPairSync('ed25519').privateKey

const snapshotOf = (version: number, more: Partial<EdgeSnapshot> = {}): EdgeSnapshot => ({
  platform: 'a1b2c3d4',
  version,
  issued_at: '2026-01-01T00:00:00.000Z',
  routes: [
    {
      host: 'hola.apps.test',
      service_id: 'svc_1',
      state: 'serving',
      upstream: { address: '10.0.0.1', port: 20_000 + version },
      redirect_to: null,
      release_id: `rel_${version}`,
      policy: { https_redirect: true, hsts: false, edge_class: 'standard' },
    },
  ],
  certificates: [{ names: ['*.apps.test'], certificate: 'certificate', key: 'key' }],
  ...more,
})
const signed = (snapshot: EdgeSnapshot, key = privateKey): SignedEdgeSnapshot => {
  const payload = JSON.stringify(snapshot)
  return { payload, signature: sign(null, Buffer.from(payload), key).toString('base64') }
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parcela-edge-agent-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A gateway that answers these one after the other, then nothing new; an answer that is an error is thrown. */
const follow = (answers: unknown[]) => {
  const edge = createFakeEdge()
  const reports: { after: number; problem: string | null }[] = []
  let idle = 0
  const ending = new AbortController()
  const following = followSnapshots(
    {
      ask: async report => {
        reports.push(report)
        if (answers.length === 0) idle += 1
        const answer = answers.shift()
        if (answer instanceof Error) throw answer
        if (answer === undefined) await sleep(2)
        return answer
      },
      edge,
      key: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
      versions: createVersionFile(join(folder, 'applied.json')),
      log: createLog({ level: 'silent' }),
      pauses: { first: 1, longest: 4 },
    },
    ending.signal,
  )
  return {
    edge,
    reports,
    /** Until it asked twice more after the last answer: it has reported what came of that one. */
    settle: () => waitUntil(async () => idle >= 2, { timeoutMs: 5_000, everyMs: 2, what: 'the edge' }),
    end: async () => {
      ending.abort()
      await following
    },
  }
}

const portsOf = (edge: ReturnType<typeof createFakeEdge>) => edge.listRoutes().map(({ upstream }) => upstream?.port)

describe('an edge on another host', () => {
  test('serves what the platform signed, and each newer version after it', async () => {
    const agent = follow([signed(snapshotOf(1)), undefined, signed(snapshotOf(2))])
    await agent.settle()
    expect(portsOf(agent.edge)).toEqual([20_002])
    expect(agent.edge.listCertificates()).toHaveLength(1)
    expect(agent.reports.at(-1)).toEqual({ after: 2, problem: null })
    await agent.end()
  })

  test('never replaces a newer version by an older one, also after a restart', async () => {
    const first = follow([signed(snapshotOf(5)), signed(snapshotOf(4))])
    await first.settle()
    expect(portsOf(first.edge)).toEqual([20_005])
    expect(first.reports.map(({ problem }) => problem)).toContain(
      'The gateway sent version 4; this edge serves 5 already.',
    )
    await first.end()
    const second = follow([signed(snapshotOf(5)), signed(snapshotOf(3))])
    await second.settle()
    expect(second.edge.listRoutes()).toEqual([])
    expect(second.reports[0]).toEqual({ after: 5, problem: null })
    await second.end()
  })

  test('refuses what somebody else signed, and what was changed on the way', async () => {
    const changed = signed(snapshotOf(2))
    const agent = follow([
      signed(snapshotOf(1), stranger),
      { ...changed, payload: changed.payload.replace('20002', '20003') },
      { payload: 'x' },
      signed(snapshotOf(1)),
    ])
    await agent.settle()
    expect(portsOf(agent.edge)).toEqual([20_001])
    await agent.end()
  })

  test('refuses the snapshots of another platform', async () => {
    const agent = follow([signed(snapshotOf(1)), signed(snapshotOf(2, { platform: 'ffffffff' }))])
    await agent.settle()
    expect(portsOf(agent.edge)).toEqual([20_001])
    await agent.end()
  })

  test('keeps serving while the gateway is down, tells why, and goes on when it is back', async () => {
    const agent = follow([signed(snapshotOf(1)), new Error('no answer'), new Error('no answer'), signed(snapshotOf(2))])
    await agent.settle()
    expect(portsOf(agent.edge)).toEqual([20_002])
    expect(agent.reports.filter(({ problem }) => problem !== null)).toHaveLength(2)
    expect(agent.reports.at(-1)?.problem).toBeNull()
    await agent.end()
  })

  test('takes away the certificates that are no longer wanted', async () => {
    const more = [
      { names: ['*.apps.test'], certificate: 'certificate', key: 'key' },
      { names: ['www.example.net'], certificate: 'other', key: 'key' },
    ]
    const agent = follow([signed(snapshotOf(1, { certificates: more })), signed(snapshotOf(2))])
    await agent.settle()
    expect(agent.edge.listCertificates().map(({ names }) => names)).toEqual([['*.apps.test']])
    await agent.end()
  })
})
