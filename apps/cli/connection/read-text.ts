import type { Readable } from 'node:stream'

/** The whole of a short body as text. */
export const readText = async (body: Readable): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of body) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
