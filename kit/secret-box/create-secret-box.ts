import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { SecretKey } from './secret-key.ts'

export type SecretBox = {
  readonly keyId: string
  /** `v1:<key id>:<nonce>:<data>`, another one each time. */
  seal(text: string, context: string): string
  /** Throws unless it was sealed with this key and context and is unchanged. */
  open(envelope: string, context: string): string
}

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
const form = /^v1:([0-9a-f]{16}):([A-Za-z0-9_-]{16}):([A-Za-z0-9_-]+)$/

/** AES-256-GCM (NIST SP 800-38D) with a random nonce; the context is authenticated with it, so that an envelope opens at its own place only. */
export const createSecretBox = ({ id, bytes }: SecretKey): SecretBox => ({
  keyId: id,
  seal: (text, context) => {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv(algorithm, bytes, nonce, { authTagLength: tagBytes })
    cipher.setAAD(Buffer.from(associated(id, context)))
    const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return `v1:${id}:${nonce.toString('base64url')}:${data.toString('base64url')}`
  },
  open: (envelope, context) => {
    const [, keyId, nonce = '', encoded = ''] = form.exec(envelope) ?? []
    if (keyId !== id) throw new Error(keyId ? `It was sealed with the key ${keyId}, not ${id}` : 'It is no envelope')
    const data = Buffer.from(encoded, 'base64url')
    if (data.length < tagBytes) throw new Error('The envelope is cut off')
    const decipher = createDecipheriv(algorithm, bytes, Buffer.from(nonce, 'base64url'), { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(associated(id, context)))
    decipher.setAuthTag(data.subarray(-tagBytes))
    return Buffer.concat([decipher.update(data.subarray(0, -tagBytes)), decipher.final()]).toString('utf8')
  },
})

const associated = (keyId: string, context: string): string => `v1:${keyId}:${context}`
