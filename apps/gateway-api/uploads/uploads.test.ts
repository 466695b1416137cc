import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError, findPathProblem } from '@parcela/contract'
import { waitUntil } from '@parcela/kit'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeTar, makeZip, type TarEntry, type ZipEntry } from '../testing/test-archive.ts'
import { encodeForm, makeForm, type Parts } from '../testing/test-form.ts'
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts'

let gateway: TestGateway
let spoolFolder: string
let ask: Awaited<ReturnType<TestGateway['newPerson']>>['ask']
let key: string

beforeAll(async () => {
  spoolFolder = await mkdtemp(join(tmpdir(), 'parcela-spool-'))
  gateway = await startTestGateway({ settings: { spoolFolder } })
  ;({ ask, key } = await gateway.newPerson('ana'))
})
afterAll(async () => {
  await gateway.app.close()
  expect(await readdir(spoolFolder)).toEqual([])
  await rm(spoolFolder, { recursive: true })
})

const plain = { service_type: 'docker', service_format: 'web', storage_gb: 1, ram_mb: 128 }

const publish = async (parts: Parts) => {
  const { payload, headers } = await encodeForm(makeForm({ request: plain, ...parts }))
  return ask('POST', '/api/v1/services', payload, headers)
}

const paths = (releaseId: unknown) => gateway.desired.manifestOf(String(releaseId)).map(({ path }) => path)

const listContents = async () => {
  const digests: string[] = []
  for await (const { sha256 } of gateway.files.list()) digests.push(sha256)
  return digests.sort()
}

/** Refused, with the field that the answer names; no service was made, and no file is left. */
const refusal = async (parts: Parts) => {
  const before = gateway.desired.services().length
  const contents = await listContents()
  const { status, body } = await publish(parts)
  expect(gateway.desired.services()).toHaveLength(before)
  expect(await listContents()).toEqual(contents)
  return { status, code: body.error.code, message: body.error.message, fields: Object.keys(body.error.fields ?? {}) }
}

describe('publishing files', () => {
  test('one by one keeps their paths, whatever they are called', async () => {
    const names = [
      'index.html',
      'css/año nuevo.css',
      'it\'s "quoted".txt',
      '$(reboot).html',
      '日本/語.html',
      '%41.txt',
      '.htaccess',
    ]
    const { status, body } = await publish({ files: names.map(name => [name, name] as const) })
    expect(status).toBe(202)
    expect(body).toMatchObject({ files_count: names.length, warnings: [] })
    expect(paths(body.release_id)).toEqual(names.toSorted())
    const [file] = gateway.desired.manifestOf(String(body.release_id)).filter(({ path }) => path === 'index.html')
    expect(file?.sha256).toBe(createHash('sha256').update('index.html').digest('hex'))
  })

  test('takes the document before or after the files, as a field or as a file', async () => {
    expect((await publish({ files: [['index.html', 'x']], filesFirst: true })).status).toBe(202)
    const form = makeForm({ files: [['index.html', 'x']] })
    form.append('request', new File([JSON.stringify(plain)], 'request.json', { type: 'application/json' }))
    const { payload, headers } = await encodeForm(form)
    expect((await ask('POST', '/api/v1/services', payload, headers)).status).toBe(202)
  })

  test('drops the one folder around everything, and what desktops leave behind', async () => {
    const { body } = await publish({
      files: [
        ['mysite/index.html', 'x'],
        ['mysite/a/b.css', 'x'],
        ['mysite/.DS_Store', 'x'],
        ['__MACOSX/mysite/._index.html', 'x'],
        ['mysite/Thumbs.db', 'x'],
      ],
    })
    expect(paths(body.release_id)).toEqual(['a/b.css', 'index.html'])
  })

  test('without an index.html is accepted with a warning', async () => {
    const { status, body } = await publish({ files: [['hello.txt', 'x']] })
    expect(status).toBe(202)
    expect(JSON.stringify(body.warnings)).toContain('index.html')
  })

  test('again makes the next release; the same files sent with the same Idempotency-Key do not', async () => {
    const { body: service } = await publish({ files: [['index.html', '1']] })
    const { payload, headers } = await encodeForm(makeForm({ files: [['index.html', '2']] }))
    const url = `/api/v1/services/${service.id}/releases`
    const first = await ask('POST', url, payload, { ...headers, 'idempotency-key': 'r2' })
    expect([first.status, first.body.number]).toEqual([202, 2])
    const again = await ask('POST', url, payload, { ...headers, 'idempotency-key': 'r2' })
    expect(again.body.id).toBe(first.body.id)
    const { body: list } = await ask('GET', url)
    expect(list.items).toHaveLength(2)
  })

  test.each([
    ['no files at all for a release', { request: {} }, 422, ['files']],
    ['an unknown field in the document', { request: { note: 'x' }, files: [['index.html', 'x']] }, 422, ['note']],
  ] as const)('%s is refused', async (_what, parts, expected, fields) => {
    const { body: service } = await publish({})
    const { payload, headers } = await encodeForm(makeForm(parts))
    const { status, body } = await ask('POST', `/api/v1/services/${service.id}/releases`, payload, headers)
    expect([status, Object.keys(body.error.fields)]).toEqual([expected, fields])
  })
})

describe('a zip and a tar.gz', () => {
  const site = [
    { name: 'site/' },
    { name: 'site/index.html', content: '<h1>hola</h1>' },
    { name: 'site/css/ñ.css', content: 'x'.repeat(10_000) },
    { name: '__MACOSX/._site', content: 'junk' },
  ]

  test('are expanded to the same files', async () => {
    const zip = await publish({ files: [['site.zip', makeZip(site)]] })
    const tar = await publish({
      files: [
        [
          'site.TGZ',
          await makeTar(
            site.map(entry => ({ ...entry, ...(entry.name.endsWith('/') ? { type: 'directory' as const } : {}) })),
          ),
        ],
      ],
    })
    expect([zip.status, tar.status]).toEqual([202, 202])
    expect(paths(zip.body.release_id)).toEqual(['css/ñ.css', 'index.html'])
    expect(gateway.desired.manifestOf(String(tar.body.release_id))).toEqual(
      gateway.desired.manifestOf(String(zip.body.release_id)),
    )
  })

  test('beside other files are files', async () => {
    const zip = makeZip(site)
    const { body } = await publish({
      files: [
        ['download.zip', zip],
        ['index.html', 'x'],
        ['old.tar.gz', 'x'],
      ],
    })
    expect(paths(body.release_id)).toEqual(['download.zip', 'index.html', 'old.tar.gz'])
    const [stored] = gateway.desired.manifestOf(String(body.release_id))
    expect(stored?.sha256).toBe(createHash('sha256').update(zip).digest('hex'))
  })

  test('of any good names give those names back', async () => {
    const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    const name = fc.array(segment, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 5 }), async names => {
        const entries = [...names.map(path => ({ name: path, content: path })), { name: 'index.html' }]
        const zip = await publish({ files: [['a.zip', makeZip(entries)]] })
        const tar = await publish({ files: [['a.tar.gz', await makeTar(entries)]] })
        for (const { status, body } of [zip, tar]) {
          expect([202, 422]).toContain(status)
          if (status !== 202) continue
          expect(paths(body.release_id).every(path => findPathProblem(path) === undefined)).toBe(true)
          expect(names).toEqual(
            expect.arrayContaining(
              paths(body.release_id).filter(path => path !== 'index.html' && names.includes(path)),
            ),
          )
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('bad archives are refused by name, and nothing is made', () => {
  const index = { name: 'index.html', content: 'x' }
  const zipCases: [string, ZipEntry[], string][] = [
    ['a path out of the folder', [index, { name: '../evil.html' }], '../evil.html'],
    ['a folder out of the folder', [index, { name: 'a/../../' }], 'a/../../'.slice(0, -1)],
    ['an absolute path', [index, { name: '/etc/passwd' }], '/etc/passwd'],
    ['a drive letter', [index, { name: 'C:/x' }], 'C:/x'],
    ['a backslash way out', [index, { name: '..\\evil' }], '../evil'],
    ['a symbolic link', [index, { name: 'link', content: '/etc/passwd', mode: 0o120777 }], 'link'],
    ['a device', [index, { name: 'null', mode: 0o020666 }], 'null'],
    ['a pipe', [index, { name: 'pipe', mode: 0o010666 }], 'pipe'],
    ['a name twice', [index, index], 'index.html'],
    ['names that differ in case', [index, { name: 'INDEX.html' }], 'INDEX.html'],
    ['folders that differ in case', [{ name: 'a/x' }, { name: 'A/y' }], 'A/y'],
    ['names that differ in how accents are written', [{ name: 'n\u0303' }, { name: '\u00f1' }], '\u00f1'],
    ['a file where a folder is', [{ name: 'a/b' }, { name: 'a' }], 'a'],
    ['a folder where a file is', [{ name: 'a' }, { name: 'a/b' }], 'a/b'],
    ['a line break', [index, { name: 'a\nb' }], 'a\ufffdb'],
    ['a password', [index, { name: 'secret', flags: 0x0801 }], 'secret'],
    ['an unusual compression', [index, { name: 'odd', method: 14 }], 'odd'],
    ['a wrong checksum', [{ ...index, crc: 1 }], 'x.zip'],
    ['a size that is a lie', [{ name: 'big', content: 'x'.repeat(5_000), size: 10 }], 'x.zip'],
    ['nothing', [], 'files'],
    ['only junk', [{ name: '.DS_Store' }], 'files'],
  ]
  test.each(zipCases)('zip: %s', async (_what, entries, field) => {
    const answer = await refusal({ files: [['x.zip', makeZip(entries)]] })
    expect(answer).toMatchObject({ status: 422, code: 'invalid', fields: [field] })
  })

  const tarCases: [string, TarEntry[], string][] = [
    ['a path out of the folder', [index, { name: 'a/../../evil' }], 'a/../../evil'],
    ['an absolute path', [index, { name: '/etc/passwd' }], '/etc/passwd'],
    ['a symbolic link', [index, { name: 'link', type: 'symlink', linkname: '/etc/passwd' }], 'link'],
    ['a symbolic link within', [index, { name: 'link', type: 'symlink', linkname: 'index.html' }], 'link'],
    ['a hard link', [index, { name: 'link', type: 'link', linkname: '../../etc/passwd' }], 'link'],
    ['a device', [index, { name: 'null', type: 'character-device' }], 'null'],
    ['a disk', [index, { name: 'sda', type: 'block-device' }], 'sda'],
    ['a pipe', [index, { name: 'pipe', type: 'fifo' }], 'pipe'],
    ['a name twice', [index, index], 'index.html'],
    ['nothing', [], 'files'],
  ]
  test.each(tarCases)('tar.gz: %s', async (_what, entries, field) => {
    const answer = await refusal({ files: [['x.tar.gz', await makeTar(entries)]] })
    expect(answer).toMatchObject({ status: 422, code: 'invalid', fields: [field] })
  })

  test('truncated at any place', async () => {
    const content = randomBytes(3_000)
    const zip = makeZip([{ name: 'index.html', content }])
    const tar = await makeTar([{ name: 'index.html', content }])
    for (const part of [0, 0.1, 0.5, 0.9, 0.99]) {
      for (const [name, archive] of [
        ['x.zip', zip],
        ['x.tar.gz', tar],
      ] as const) {
        const answer = await refusal({ files: [[name, archive.subarray(0, archive.length * part)]] })
        expect(answer).toMatchObject({ status: 422, fields: [name] })
      }
    }
  })

  test('that are no archives', async () => {
    for (const name of ['x.zip', 'x.tgz']) {
      expect(await refusal({ files: [[name, 'hello, I am a text']] })).toMatchObject({ status: 422, fields: [name] })
    }
  })

  test('bombs: small archives of large files', async () => {
    const zeros = Buffer.alloc(30 * 2 ** 20)
    const zip = makeZip([{ name: 'zeros', content: zeros }])
    const tar = await makeTar([{ name: 'zeros', content: zeros }])
    const many = makeZip(
      Array.from({ length: 10 }, (_, index) => ({ name: `${index}`, content: zeros.subarray(0, 2 ** 20) })),
    )
    for (const [name, archive] of [
      ['x.zip', zip],
      ['x.tar.gz', tar],
      ['many.zip', many],
    ] as const) {
      expect(archive.length).toBeLessThan(100_000)
      expect(await refusal({ files: [[name, archive]] })).toMatchObject({ status: 413, code: 'too_large' })
    }
  })

  test('more entries than are accepted', async () => {
    const entries = Array.from({ length: 101 }, (_, index) => ({ name: `${index}` }))
    const folders = Array.from({ length: 2_000 }, (_, index) => ({ name: `${index}/` }))
    expect(await refusal({ files: [['x.zip', makeZip(entries)]] })).toMatchObject({ status: 413 })
    expect(await refusal({ files: [['x.tgz', await makeTar(entries)]] })).toMatchObject({ status: 413 })
    expect(await refusal({ files: [['x.zip', makeZip(folders)]] })).toMatchObject({ status: 413 })
    expect(await refusal({ files: entries.map(({ name }) => [name, ''] as const) })).toMatchObject({ status: 413 })
  })
})

describe('bad forms', () => {
  test('name the part', async () => {
    expect(await refusal({ files: [['../x', 'x']] })).toMatchObject({ status: 422, fields: ['../x'] })
    expect(
      await refusal({
        files: [
          ['a', 'x'],
          ['a', 'y'],
        ],
      }),
    ).toMatchObject({ status: 422, fields: ['a'] })
    expect(await refusal({ request: { ...plain, ram_mb: 1 }, files: [['a', 'x']] })).toMatchObject({
      fields: ['ram_mb'],
    })
    expect(await refusal({ files: [['big', Buffer.alloc(5 * 2 ** 20)]] })).toMatchObject({ status: 413 })
    const form = makeForm({ files: [['a', 'x']] })
    const missing = await encodeForm(form)
    expect((await ask('POST', '/api/v1/services', missing.payload, missing.headers)).body.error.fields).toHaveProperty(
      'request',
    )
    form.append('request', '{"a":')
    const broken = await encodeForm(form)
    expect((await ask('POST', '/api/v1/services', broken.payload, broken.headers)).status).toBe(400)
    form.append('__proto__', 'x')
    form.append('virus', 'x')
    const odd = await encodeForm(form)
    expect((await ask('POST', '/api/v1/services', odd.payload, odd.headers)).status).toBe(400)
  })

  test('cut off anywhere but complete for the connection are 400', async () => {
    const { payload, headers } = await encodeForm(
      makeForm({
        request: plain,
        files: [
          ['a.txt', 'x'.repeat(2_000)],
          ['b.zip', 'y'.repeat(2_000)],
        ],
      }),
    )
    const before = gateway.desired.services().length
    for (const bytes of [0, 10, 120, 400, 1_500, 3_000, payload.length - 5]) {
      const { status, body } = await ask('POST', '/api/v1/services', payload.subarray(0, bytes), headers)
      expect([bytes, bytes < 120 || status === 400, body.error.code]).toEqual([bytes, true, 'invalid'])
    }
    expect(gateway.desired.services()).toHaveLength(before)
  })

  test('broken in the middle make nothing', async () => {
    const address = await listen()
    const before = gateway.desired.services().length
    const { payload, headers } = await encodeForm(
      makeForm({
        request: plain,
        files: [
          ['index.html', 'whole, and of no use without the rest'],
          ['a.bin', randomBytes(200_000)],
        ],
      }),
    )
    const contents = await listContents()
    const socket = connect(address.port, '127.0.0.1')
    socket.write(
      `POST /api/v1/services HTTP/1.1\r\nhost: parcela.localhost:8443\r\nauthorization: Bearer ${key}\r\ncontent-type: ${headers['content-type']}\r\ncontent-length: ${payload.length}\r\n\r\n`,
    )
    socket.write(payload.subarray(0, 100_000))
    await waitUntil(() => socket.bytesWritten > 100_000, { timeoutMs: 5_000, what: 'the first half to be sent' })
    socket.destroy()
    await waitUntil(async () => (await connections()) === 0, { timeoutMs: 5_000, what: 'the gateway to let go' })
    expect(gateway.desired.services()).toHaveLength(before)
    await expect.poll(listContents).toEqual(contents)
  })

  test('that are refused leave alone what another upload stores just now, and what is published', async () => {
    const published = await publish({ files: [['index.html', 'published before']] })
    expect(published.status).toBe(202)
    const other = gateway.files.hold()
    const { sha256 } = await other.put(
      (async function* () {
        yield Buffer.from('on its way')
      })(),
      { limitBytes: 100 },
    )
    const { status } = await publish({
      files: [
        ['index.html', 'published before'],
        ['same.html', 'on its way'],
        ['own.html', 'only here'],
        ['INDEX.html', 'refused'],
      ],
    })
    expect(status).toBe(422)
    expect(await listContents()).toContain(sha256)
    expect(await listContents()).toContain(createHash('sha256').update('published before').digest('hex'))
    expect(await listContents()).not.toContain(createHash('sha256').update('only here').digest('hex'))
    await other.discard(gateway.desired.findUnreferencedBlobs)
    expect(await listContents()).not.toContain(sha256)
  })

  test('that fail while the database is lost keep their files, which it may refer to', async () => {
    const createService = gateway.ports.desired.createService
    gateway.ports.desired.createService = async (...args) => {
      await createService(...args)
      throw new AppError('unavailable', 'lost', { details: { reason: 'database_unavailable' } })
    }
    try {
      expect((await publish({ files: [['index.html', 'committed after all']] })).status).toBe(503)
    } finally {
      gateway.ports.desired.createService = createService
    }
    expect(await listContents()).toContain(createHash('sha256').update('committed after all').digest('hex'))
  })

  test('that are refused early are answered to a client that is still sending', async () => {
    const address = await listen()
    const { payload, headers } = await encodeForm(
      makeForm({ request: { ...plain, ram_mb: 1 }, files: [['a.bin', randomBytes(3 * 2 ** 20)]] }),
    )
    const status = await new Promise<number>((resolve, reject) => {
      const sending = httpRequest({
        port: address.port,
        method: 'POST',
        path: '/api/v1/services',
        headers: {
          ...headers,
          host: 'parcela.localhost:8443',
          authorization: `Bearer ${key}`,
          'content-length': payload.length,
        },
      })
      sending.on('error', reject)
      sending.on('response', response => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      sending.end(payload)
    })
    expect(status).toBe(422)
  })
})

const listen = async (): Promise<AddressInfo> => {
  if (!gateway.app.server.listening) await gateway.app.listen({ port: 0, host: '127.0.0.1' })
  return gateway.app.server.address() as AddressInfo
}

const connections = (): Promise<number> =>
  new Promise((resolve, reject) =>
    gateway.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )

describe('publishing by digest', () => {
  const blob = (content: string) => ({
    content,
    sha256: createHash('sha256').update(content).digest('hex'),
    size: content.length,
  })
  const announce = (files: readonly { path: string; sha256: string; size: number }[]) =>
    ask('POST', '/api/v1/uploads', { files })

  test('asks only for what is missing, then publishes', async () => {
    const [one, two] = [blob('one'), blob('two')]
    const files = [
      { path: 'index.html', sha256: one.sha256, size: 3 },
      { path: 'copy.html', sha256: one.sha256, size: 3 },
      { path: 'two.html', sha256: two.sha256, size: 3 },
    ]
    const { status, body } = await announce(files)
    expect([status, body.missing]).toEqual([201, [one.sha256, two.sha256]])
    expect(
      (await ask('PUT', `/api/v1/blobs/${one.sha256}`, one.content, { 'content-type': 'application/octet-stream' }))
        .status,
    ).toBe(201)

    const request = { ...plain, additional_requirements: { upload_id: body.id } }
    const early = await ask('POST', '/api/v1/services', request)
    expect([early.status, early.body.error.details.missing]).toEqual([422, [two.sha256]])

    await ask('PUT', `/api/v1/blobs/${two.sha256}`, two.content, { 'content-type': 'text/plain' })
    const made = await ask('POST', '/api/v1/services', request)
    expect([made.status, made.body.additional_requirements]).toEqual([202, {}])
    expect(paths(made.body.release_id)).toEqual(['index.html', 'copy.html', 'two.html'])

    const next = await announce(files)
    expect(next.body.missing).toEqual([])
    const release = await ask('POST', `/api/v1/services/${made.body.id}/releases`, { upload_id: next.body.id })
    expect(release.body).toMatchObject({ number: 2, files_count: 3, files_bytes: 9 })
    const used = await ask('POST', `/api/v1/services/${made.body.id}/releases`, { upload_id: next.body.id })
    expect(used.status).toBe(404)
  })

  test('never gives away what somebody else has stored', async () => {
    const secret = blob('the salaries of everybody')
    gateway.files.add(secret.content)
    const entry = { path: 'index.html', sha256: secret.sha256, size: secret.size }
    const { body } = await announce([entry])
    expect(body.missing).toEqual([secret.sha256])
    const made = await ask('POST', '/api/v1/services', { ...plain, additional_requirements: { upload_id: body.id } })
    expect(made.status).toBe(422)
    const eva = await gateway.newPerson('eva')
    expect(
      (await eva.ask('POST', '/api/v1/services', { ...plain, additional_requirements: { upload_id: body.id } })).status,
    ).toBe(404)
  })

  test('refuses contents that are not what they are called', async () => {
    const { status, body } = await ask('PUT', `/api/v1/blobs/${blob('one').sha256}`, 'other', {
      'content-type': 'application/octet-stream',
    })
    expect([status, body.error.code]).toEqual([422, 'invalid'])
    expect((await ask('PUT', '/api/v1/blobs/xyz', 'other')).status).toBe(422)
  })

  test('refuses manifests that could not be a folder', async () => {
    const { sha256 } = blob('x')
    const file = (path: string, size = 1) => ({ path, sha256, size })
    for (const [files, field] of [
      [[], 'files'],
      [[file('../x')], 'files.0.path'],
      [[file('a'), file('A')], 'A'],
      [[file('a'), file('a/b')], 'a/b'],
      [[file('a', -1)], 'files.0.size'],
      [[{ ...file('a'), sha256: 'abc' }], 'files.0.sha256'],
    ] as const) {
      const { status, body } = await announce(files)
      expect([status, Object.keys(body.error.fields)]).toEqual([422, [field]])
    }
    expect((await announce(Array.from({ length: 101 }, (_, index) => file(`${index}`)))).status).toBe(413)
    expect((await announce([file('a', 5 * 2 ** 20)])).status).toBe(413)
  })

  test('refuses sizes that are not true', async () => {
    const one = blob('another one')
    await ask('PUT', `/api/v1/blobs/${one.sha256}`, one.content)
    const { status, body } = await announce([{ path: 'a', sha256: one.sha256, size: 1 }])
    expect([status, Object.keys(body.error.fields)]).toEqual([422, ['a']])
  })
})
