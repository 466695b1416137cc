import { gzipSync } from 'node:zlib'
import { type TarEntry, writeTar, writeTarGz } from './tar-writer.ts'
import { deflate, writeZip, type ZipEntry } from './zip-writer.ts'

/** One archive to upload. */
export type TestArchive = { archive: Buffer; filename: string }

const page = { name: 'index.html', content: '<h1>hola</h1>\n' }
const mebibyte = 1024 * 1024

export const zipOf = (files: Record<string, string | Uint8Array>): TestArchive => ({
  archive: writeZip(Object.entries(files).map(([name, content]) => ({ name, content }))),
  filename: 'site.zip',
})

export const tarGzOf = (files: Record<string, string | Uint8Array>): TestArchive => ({
  archive: writeTarGz(Object.entries(files).map(([name, content]) => ({ name, content }))),
  filename: 'site.tar.gz',
})

/** A site of `count` files with about `bytes` bytes altogether; `mark` is in the page, so that releases can be told apart. */
export const makeSite = (
  options: { count?: number; bytes?: number; mark?: string } = {},
): Record<string, Uint8Array> => {
  const { count = 50, bytes = 1_300_000, mark = 'one' } = options
  const share = Math.floor(bytes / Math.max(1, count - 1))
  const files = Array.from({ length: count - 1 }, (_, index): [string, Uint8Array] => [
    `assets/${String(index).padStart(3, '0')}.txt`,
    Buffer.alloc(share, `file ${index} of the test site ${mark}; `),
  ])
  return {
    'index.html': Buffer.from(`<!doctype html><title>${mark}</title><h1>${mark}</h1>\n`),
    ...Object.fromEntries(files),
  }
}

/** Archives that nothing good can come of: name of the case -> archive, made when it is asked for. */
export const hostileArchives: Record<string, () => TestArchive> = {
  'a zip that climbs out of its folder': () => zip(page, { name: '../../etc/parcela-escaped', content: 'x' }),
  'a zip that climbs out in the middle': () => zip(page, { name: 'css/../../parcela-escaped', content: 'x' }),
  'a zip with backslashes that climb out': () => zip(page, { name: '..\\..\\parcela-escaped', content: 'x' }),
  'a zip with an absolute path': () => zip(page, { name: '/tmp/parcela-escaped', content: 'x' }),
  'a zip with a drive letter': () => zip(page, { name: 'C:/parcela-escaped', content: 'x' }),
  'a zip with a link out of the tree': () =>
    zip(page, { name: 'secrets', content: '/etc/passwd', mode: 0o120777, store: true }),
  'a zip with a device': () => zip(page, { name: 'null', mode: 0o020666 }),
  'a zip with a name of control characters': () => zip(page, { name: 'line\nbreak.html', content: 'x' }),
  'a zip with the same name twice': () => zip(page, { name: 'a.txt', content: '1' }, { name: 'a.txt', content: '2' }),
  'a zip whose names differ by case alone': () =>
    zip(page, { name: 'A.txt', content: '1' }, { name: 'a.txt', content: '2' }),
  'a zip with a file below a file': () => zip(page, { name: 'a', content: '1' }, { name: 'a/b.txt', content: '2' }),
  'a zip that ends in the middle': () =>
    cut(zip(page, { name: 'big.bin', content: noise(mebibyte), store: true }), 0.5),
  'a zip whose content does not match its checksum': () =>
    harm(zip({ name: 'index.html', content: 'x'.repeat(1000), store: true }), 100),
  'a zip that understates its sizes': () =>
    zip(page, { name: 'big.txt', content: Buffer.alloc(mebibyte, 'a'), announcedBytes: 10 }),
  'a zip with nothing in it': () => zip(),
  'a zip that is something else': () => ({ archive: noise(4096), filename: 'site.zip' }),
  'a tar that climbs out of its folder': () => tar(page, { name: '../../parcela-escaped', content: 'x' }),
  'a tar with an absolute path': () => tar(page, { name: '/tmp/parcela-escaped', content: 'x' }),
  'a tar with a link out of the tree': () => tar(page, { name: 'secrets', type: 'symlink', target: '/etc/passwd' }),
  'a tar that writes through its own link': () =>
    tar(page, { name: 'out', type: 'symlink', target: '/tmp' }, { name: 'out/parcela-escaped', content: 'x' }),
  'a tar with a hard link to a file of the host': () =>
    tar(page, { name: 'secrets', type: 'link', target: '/etc/passwd' }),
  'a tar with a block device': () => tar(page, { name: 'disk', type: 'block' }),
  'a tar with a character device': () => tar(page, { name: 'null', type: 'character' }),
  'a tar with a pipe': () => tar(page, { name: 'pipe', type: 'fifo' }),
  'a tar with the same name twice': () => tar(page, { name: 'a.txt', content: '1' }, { name: 'a.txt', content: '2' }),
  'a tar whose names differ by case alone': () =>
    tar(page, { name: 'A.txt', content: '1' }, { name: 'a.txt', content: '2' }),
  'a tar that ends in the middle': () => cut(tar(page, { name: 'big.bin', content: noise(mebibyte) }), 0.5),
  'a tar that announces more than it holds': () =>
    tar(page, { name: 'big.bin', content: 'short', announcedBytes: 100 * mebibyte }),
  'a tar that is something else': () => ({ archive: gzipSync(noise(4096)), filename: 'site.tar.gz' }),
  'a tar that is not compressed at all': () => ({ archive: writeTar([page]), filename: 'site.tar.gz' }),
}

/** A zip of about `bytes` that unpacks to `unpackedBytes` in files of 10 MiB, each deflated content in it many times. */
export const makeZipBomb = (unpackedBytes: number): TestArchive => {
  const deflated = deflate(Buffer.alloc(10 * mebibyte))
  const count = Math.ceil(unpackedBytes / deflated.size)
  const files = Array.from({ length: count }, (_, index): ZipEntry => ({ name: `zeros-${index}.bin`, deflated }))
  return zip(page, ...files)
}

/** A tar.gz that unpacks to one file of `unpackedBytes` zeros. */
export const makeTarBomb = (unpackedBytes: number): TestArchive =>
  tar(page, { name: 'zeros.bin', content: Buffer.alloc(unpackedBytes) })

/** Archives of very many tiny files. */
export const makeManyFilesZip = (count: number): TestArchive => {
  const deflated = deflate('x')
  return zip(...Array.from({ length: count }, (_, index): ZipEntry => ({ name: `f/${index}.txt`, deflated })))
}

export const makeManyFilesTar = (count: number): TestArchive =>
  tar(...Array.from({ length: count }, (_, index): TarEntry => ({ name: `f/${index}.txt`, content: 'x' })))

/** Names that are odd and allowed: they must be published and served, and never reach a shell. */
export const oddNames: readonly string[] = [
  'with space.html',
  "it's.html",
  'quote".html',
  '$(touch parcela-injected).html',
  '`id`.html',
  'semi;colon.html',
  'amp&pipe|.html',
  'percent%20.html',
  'hash#question?.html',
  'ñandú-日本語-🚀.html',
  '-rf.html',
  'brace{}[]*.html',
]

const zip = (...entries: readonly ZipEntry[]): TestArchive => ({ archive: writeZip(entries), filename: 'site.zip' })
const tar = (...entries: readonly TarEntry[]): TestArchive => ({
  archive: writeTarGz(entries),
  filename: 'site.tar.gz',
})

const cut = ({ archive, filename }: TestArchive, share: number): TestArchive => ({
  archive: archive.subarray(0, Math.floor(archive.length * share)),
  filename,
})

const harm = ({ archive, filename }: TestArchive, at: number): TestArchive => {
  const changed = Buffer.from(archive)
  changed[at] = (changed[at] ?? 0) ^ 0xff
  return { archive: changed, filename }
}

/** Bytes that do not compress, and are the same every time. */
const noise = (length: number): Buffer => {
  const bytes = Buffer.alloc(length)
  let state = 12_345
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0
    bytes[index] = state >>> 16
  }
  return bytes
}
