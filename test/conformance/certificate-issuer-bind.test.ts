import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CertificateIssuer } from '@parcela/core'
import { createCertbotIssuer } from '@parcela/edge-certificates-certbot'
import { createRfc2136NameServer } from '@parcela/edge-dns-rfc2136'
import { silentLog } from '@parcela/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pebble, startPebble } from '../acme/start-pebble.ts'
import { type BindServer, createKey, startBind } from './bind-server.ts'
import { digValues } from './dig-values.ts'

const zone = 'example.test'
const clock = { now: () => new Date() }
let home = ''
let bind: BindServer
let pebble: Pebble

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parcela-acme-'))
  bind = await startBind([{ name: zone, records: ['@ A 127.0.0.1', '* A 127.0.0.1'] }])
  pebble = await startPebble({ directory: join(home, 'pebble'), dnsPort: bind.port })
})
afterAll(async () => {
  await pebble.stop()
  await bind.close()
  await rm(home, { recursive: true })
})

const createIssuer = (key = bind.key): CertificateIssuer =>
  createCertbotIssuer({
    directory: join(home, 'certbot'),
    directoryUrl: pebble.directoryUrl,
    isStaging: false,
    caBundleFile: pebble.caFile,
    webroot: join(home, 'webroot'),
    nameServer: createRfc2136NameServer({
      server: { address: '127.0.0.1', port: bind.port },
      zones: [zone],
      key,
      ownerId: 'school-a',
      clock,
      log: silentLog,
    }),
    clock,
    log: silentLog,
  })

test('a wildcard and its base are issued through BIND, renewed, and nothing stays published', async () => {
  const names = [`*.${zone}`, zone]
  const issuer = createIssuer()
  const first = await issuer.issueCertificate(names, { challenge: 'dns' })
  const second = await issuer.issueCertificate(names, { challenge: 'dns' })
  expect(second.serial).not.toBe(first.serial)
  expect(await issuer.findCertificate(names)).toEqual(second)
  expect(await digValues(bind, `_acme-challenge.${zone}`, 'TXT')).toEqual([])
})

test('where BIND does not know the key, its refusal is told, and the authority is asked for nothing in vain', async () => {
  const before = await pebble.readLog()
  const issuer = createIssuer(createKey(bind.key.name))
  const request = issuer.issueCertificate([`fresh.${zone}`], { challenge: 'dns' })
  await expect(request).rejects.toMatchObject({ code: 'rejected', message: /127\.0\.0\.1/ })
  expect((await pebble.readLog()).slice(before.length)).not.toContain('POST /chalZ/')
})
