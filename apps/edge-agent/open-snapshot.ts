import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { AppError, type EdgeSnapshot, edgeSnapshot, signedEdgeSnapshot } from '@parcela/contract'

/** The platform's key from its base64 form. Throws `invalid` for anything else than an Ed25519 key. */
export const parsePublicKey = (text: string): KeyObject => {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (cause) {
    throw new AppError('invalid', 'PARCELA_EDGE_PUBLIC_KEY is not a key. Take it from the answer of POST /edges.', {
      cause,
    })
  }
  throw new AppError(
    'invalid',
    'PARCELA_EDGE_PUBLIC_KEY is not an Ed25519 key. Take it from the answer of POST /edges.',
  )
}

/** The snapshot in an answer of the gateway, once its signature was checked. Throws `rejected` for what the platform did not sign. */
export const openSnapshot = (answer: unknown, key: KeyObject): EdgeSnapshot => {
  const signed = signedEdgeSnapshot.safeParse(answer)
  if (!signed.success) throw new AppError('rejected', 'The gateway answered something that is not a snapshot.')
  const { payload, signature } = signed.data
  if (!verify(null, Buffer.from(payload), key, Buffer.from(signature, 'base64'))) {
    throw new AppError('rejected', 'A snapshot was not signed with the key of this platform; it is not used.', {
      details: { reason: 'bad_signature' },
    })
  }
  const parsed = edgeSnapshot.safeParse(JSON.parse(payload))
  if (parsed.success) return parsed.data
  throw new AppError('rejected', 'The gateway speaks of things that this edge does not know. Update this edge.', {
    details: { reason: 'unknown_form' },
    cause: parsed.error,
  })
}
