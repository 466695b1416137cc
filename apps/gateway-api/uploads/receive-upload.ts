import type { MultipartFile, MultipartValue } from '@fastify/multipart'
import { AppError, invalidFields, type ManifestEntry } from '@parcela/contract'
import type { FileStore } from '@parcela/core'
import type { FastifyRequest } from 'fastify'
import { unreadable } from '../errors/validation-fields.ts'
import { type ArchiveKind, archiveKind } from './archive-kind.ts'
import { createFileCollection, type FileCollection, type UploadLimits } from './collect-files.ts'
import { createSpool, type Spool } from './create-spool.ts'
import { readTar } from './read-tar.ts'
import { readZip } from './read-zip.ts'
import { stripTopFolder } from './strip-top-folder.ts'

export type UploadPorts = { files: Pick<FileStore, 'put'>; spoolFolder: string | undefined }

export type ReceivedUpload<T> = {
  /** What `parseDocument` made of the part `request`; undefined when there was none. */
  document: T | undefined
  /** Null when no file was sent at all. */
  files: ManifestEntry[] | null
}

type Options<T> = { limits: UploadLimits; parseDocument: (document: unknown) => T }

/**
 * Reads multipart/form-data: the part `request` (JSON), wherever it comes, and the parts `files`, which are stored while they arrive. One zip or
 * tar.gz alone is expanded. `parseDocument` runs as soon as the document is there, so that a request which is wrong anyway is refused early.
 */
export const receiveUpload = async <T>(
  request: FastifyRequest,
  ports: UploadPorts,
  { limits, parseDocument }: Options<T>,
): Promise<ReceivedUpload<T>> => {
  if (!request.isMultipart())
    throw unreadable('Send the request as application/json, or with files as multipart/form-data.')
  const collection = createFileCollection(ports.files, limits)
  const upload = createFileParts(collection, ports, limits)
  let document: { value: T } | undefined
  try {
    for await (const part of parts(request, limits)) {
      if (part.fieldname === 'request') {
        if (document) throw invalidFields({ request: 'was sent twice' })
        document = { value: parseDocument(await readDocument(part)) }
      } else if (part.fieldname !== 'files') {
        throw invalidFields({ [part.fieldname]: 'is not a known part; send "request" and "files"' })
      } else if (part.type !== 'file' || part.filename === '') {
        throw invalidFields({ files: 'each part needs a file name: the path of the file in the site' })
      } else await upload.add(decodeFileName(part.filename), understood(part.file))
    }
    return { document: document?.value, files: await upload.finish() }
  } finally {
    await upload.close()
  }
}

const documentBytes = 1024 * 1024

type Part = (MultipartFile | MultipartValue) & { filename?: string }

/** The parts one by one. What the parser keeps of each is let go, or 50,000 files would stay in memory until the end. */
async function* parts(request: FastifyRequest, limits: UploadLimits): AsyncGenerator<Part> {
  const options = {
    preservePath: true,
    limits: {
      fieldSize: documentBytes,
      fields: 10,
      // Files are counted where they are stored; this only ends what could never be accepted.
      files: limits.files * 2 + 1_000,
      parts: limits.files * 2 + 1_010,
      fileSize: Number.MAX_SAFE_INTEGER,
    },
  }
  for await (const part of understood(request.parts(options))) {
    yield part
    delete part.fields[part.fieldname]
  }
}

/** What the parser throws that has no code of its own is about a form that is cut off or malformed. */
async function* understood<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* source
  } catch (error) {
    if (error instanceof AppError || (error instanceof Error && 'code' in error)) throw error
    throw unreadable('The upload is incomplete, or not proper multipart/form-data; nothing was published.', error)
  }
}

/** The document as a field or, as `curl -F request=@file` sends it, as a file. */
const readDocument = async (part: Part): Promise<unknown> => {
  const value = part.type === 'file' ? await readText(understood(part.file)) : part.value
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch (error) {
    throw unreadable('The part "request" is not JSON. Check quotes, commas and brackets.', error)
  }
}

const readText = async (content: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of content) {
    bytes += chunk.length
    if (bytes > documentBytes) throw new AppError('too_large', 'The part "request" is larger than 1 MiB.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Browsers write these three so in file names (WHATWG HTML, "multipart form data"). */
const decodeFileName = (name: string): string =>
  name.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n')

/** The parts `files`: a first file that looks like an archive waits on disk until it is clear whether it came alone. */
const createFileParts = (collection: FileCollection, ports: UploadPorts, limits: UploadLimits) => {
  let waiting: { name: string; kind: ArchiveKind; spool: Spool } | undefined
  let count = 0

  const close = async (): Promise<void> => {
    const { spool } = waiting ?? {}
    waiting = undefined
    await spool?.close()
  }

  return {
    add: async (name: string, content: AsyncIterable<Uint8Array>): Promise<void> => {
      count += 1
      const kind = count === 1 ? archiveKind(name) : undefined
      if (kind) {
        waiting = { name, kind, spool: await createSpool(ports.spoolFolder) }
        return waiting.spool.write(content, limits.bytes)
      }
      if (waiting) {
        await collection.add(waiting.name, waiting.spool.read())
        await close()
      }
      await collection.add(name, content)
    },
    finish: async (): Promise<ManifestEntry[] | null> => {
      if (count === 0) return null
      if (waiting) await expand(waiting, collection, limits)
      const entries = stripTopFolder(await collection.finish())
      if (entries.length === 0) throw invalidFields({ files: 'the upload is empty; there is nothing to publish' })
      return entries.sort((one, other) => (one.path < other.path ? -1 : 1))
    },
    close,
  }
}

const expand = (
  { name, kind, spool }: { name: string; kind: ArchiveKind; spool: Spool },
  collection: FileCollection,
  limits: UploadLimits,
): Promise<void> =>
  kind === 'zip'
    ? readZip({ fd: spool.handle.fd, name }, collection, limits)
    : readTar({ content: spool.read(), name }, collection, limits)
