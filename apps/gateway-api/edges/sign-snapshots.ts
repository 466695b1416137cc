import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { EdgeSnapshot, SignedEdgeSnapshot } from '@parcela/contract'
import type { Clock, EdgeCertificate, Edges, Route } from '@parcela/core'

export type EdgeSnapshots = {
  currentVersion(): Promise<number>
  /** What edges should serve now. Its version may be older than its content, never newer: what came in between comes again. */
  take(): Promise<SignedEdgeSnapshot>
  /** What edges check the signature with: SPKI, base64. */
  publicKey: string
}

/** Takes and signs what other edges serve. `key` is an Ed25519 key in PEM. */
export const createEdgeSnapshots = (parts: {
  platform: string
  key: string
  edges: Pick<Edges, 'currentVersion'>
  listRoutes: () => Promise<Route[]>
  listCertificates: () => Promise<EdgeCertificate[]>
  clock: Clock
}): EdgeSnapshots => {
  const { platform, edges, listRoutes, listCertificates, clock } = parts
  const key = createPrivateKey(parts.key)
  return {
    currentVersion: edges.currentVersion,
    take: async () => {
      const version = await edges.currentVersion()
      const [routes, certificates] = await Promise.all([listRoutes(), listCertificates()])
      const snapshot: EdgeSnapshot = {
        platform,
        version,
        issued_at: clock.now().toISOString(),
        routes,
        certificates: certificates.map(({ names, certificate, key }) => ({ names: [...names], certificate, key })),
      }
      return signSnapshot(snapshot, key)
    },
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64'),
  }
}

export const signSnapshot = (snapshot: EdgeSnapshot, key: KeyObject): SignedEdgeSnapshot => {
  const payload = JSON.stringify(snapshot)
  return { payload, signature: sign(null, Buffer.from(payload), key).toString('base64') }
}

/** A new key to sign with, in PEM (PKCS #8). */
export const makeSigningKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
