import { createHash } from 'node:crypto'

/** 2000-01-01. */
const earliestSeconds = 946_684_800
const spreadBits = 29

/**
 * The modification time that a file gets in an image: it follows from the content, never from a clock. Two reasons: the same files make
 * the same tar, and a web server's ETag of time and size tells two contents apart. Between 2000 and 2017, so never in the future.
 */
export const fileTime = (sha256: string): Date => {
  const bits = Number.parseInt(sha256.slice(0, 8), 16) >>> (32 - spreadBits)
  return new Date((earliestSeconds + bits) * 1000)
}

/** For a file whose content's digest is not known: follows from its path and from the digest of everything that goes into the image. */
export const fileTimeWithin = (imageDigest: string, path: string): Date =>
  fileTime(createHash('sha256').update(`${imageDigest}\0${path}`).digest('hex'))
