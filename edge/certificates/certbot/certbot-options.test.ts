import { silentLog } from '@parcela/kit'
import { expect, test } from 'vitest'
import { renderIni } from './certbot-arguments.ts'
import { type CertbotOptions, checkOptions, serverOf } from './certbot-options.ts'
import { createCertbotIssuer } from './create-certbot-issuer.ts'

const options: CertbotOptions = {
  directory: '/nonexistent',
  directoryUrl: 'https://acme.example.org/directory',
  isStaging: false,
  webroot: '/nonexistent',
  nameServer: { addValidation: async () => undefined, removeValidation: async () => undefined },
  clock: { now: () => new Date() },
  log: silentLog,
}
const eab = { keyId: 'kid-1', hmacKey: 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W' }

test.each<[string, Partial<CertbotOptions>]>([
  ['a directory without TLS', { directoryUrl: 'http://acme.example.org/directory' }],
  ['a directory that is no URL', { directoryUrl: 'acme' }],
  ['two addresses', { email: 'a@example.org,b@example.org' }],
  ['a line that would be another option', { email: 'a@example.org\npre-hook=reboot' }],
  ['a key id with a line break', { eab: { ...eab, keyId: 'kid\nserver = https://evil.example' } }],
  ['an HMAC key that is none', { eab: { ...eab, hmacKey: 'not base64url!' } }],
])('%s is told at once', (_case, change) => {
  expect(() => checkOptions({ ...options, ...change })).toThrow(expect.objectContaining({ code: 'invalid' }))
})

test('secrets go into a file and not into a message', () => {
  expect(renderIni({ email: 'admin@example.org', eab })).toBe(
    `agree-tos = true\nno-eff-email = true\nemail = admin@example.org\neab-kid = kid-1\neab-hmac-key = ${eab.hmacKey}\n`,
  )
  expect(renderIni({})).toContain('register-unsafely-without-email = true')
  expect(() => checkOptions({ ...options, eab: { ...eab, hmacKey: 'geheim !' } })).not.toThrow(/geheim/)
})

test("staging is Let's Encrypt's, whatever the directory", () => {
  expect(serverOf(options)).toBe('https://acme.example.org/directory')
  expect(serverOf({ ...options, isStaging: true })).toMatch(/^https:\/\/acme-staging-v02\.api\.letsencrypt\.org/)
})

test("the limits are Let's Encrypt's published ones unless others are given", () => {
  expect(createCertbotIssuer(options).limits).toEqual({ failed_per_hour: 5, duplicates_per_week: 5 })
  expect(createCertbotIssuer({ ...options, limits: null }).limits).toBeNull()
})
