import { Readable } from 'node:stream'
import { invalidFields } from '@parcela/contract'
import type { FastifyInstance } from 'fastify'

const problem = 'holds what cannot be stored: NUL, one half of a character, or more than 64 levels'

/** Refuses texts that PostgreSQL could not keep, in addresses and JSON bodies, before anybody asks it to. */
export const requireStorableText = (app: FastifyInstance): void => {
  app.addHook('preValidation', async ({ params, query, body }) => {
    // Uploads are streams, and have no texts.
    for (const part of [params, query, body instanceof Readable ? undefined : parsed(body)]) {
      const path = findUnstorable(part)
      if (path) throw invalidFields({ [path.join('.').toWellFormed().replaceAll('\0', '\u{fffd}')]: problem })
    }
  })
}

/** Sign-in hands its bodies on as they came. */
const parsed = (body: unknown): unknown => {
  if (!Buffer.isBuffer(body)) return body
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    // Not JSON: whoever reads it says so.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

type Place = { value: unknown; path: readonly string[] }

const deepest = 64

/** The first text that cannot be stored, or what lies deeper than any document here. Without recursion: whoever sends this chooses the depth. */
const findUnstorable = (part: unknown): readonly string[] | undefined => {
  const places: Place[] = [{ value: part, path: [] }]
  for (let place = places.pop(); place; place = places.pop()) {
    const { value, path } = place
    if (typeof value === 'string' && !isStorable(value)) return path
    if (typeof value !== 'object' || value === null) continue
    if (path.length >= deepest) return path.slice(0, 3)
    for (const [name, member] of Object.entries(value)) {
      if (!isStorable(name)) return [...path, name]
      places.push({ value: member, path: [...path, name] })
    }
  }
  return undefined
}

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()
