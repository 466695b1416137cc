import { randomBytes } from 'node:crypto'

export type FormPart = { name: string; filename?: string; type?: string; content: string | Uint8Array }

/** A multipart/form-data body, written by hand so that tests can send file names that a well-behaved library would not. */
export const encodeMultipart = (parts: readonly FormPart[]): { contentType: string; body: Buffer } => {
  const boundary = `parcela-${randomBytes(12).toString('hex')}`
  const pieces = parts.flatMap(({ name, filename, type, content }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    filename === undefined ? '' : `; filename="${escapeName(filename)}"`,
    type === undefined ? '' : `\r\nContent-Type: ${type}`,
    '\r\n\r\n',
    content,
    '\r\n',
  ])
  const body = Buffer.concat([...pieces, `--${boundary}--\r\n`].map(piece => Buffer.from(piece)))
  return { contentType: `multipart/form-data; boundary=${boundary}`, body }
}

/** As browsers do (HTML, "multipart form data"): quotes and line breaks would end the header. */
const escapeName = (name: string): string => name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22')
