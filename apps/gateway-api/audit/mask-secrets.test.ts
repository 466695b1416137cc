import { expect, test } from 'vitest'
import { maskSecrets } from './mask-secrets.ts'

test('secrets are masked by the names of their fields, in every spelling and depth', () => {
  const asked = {
    password: 'a',
    newPassword: 'b',
    api_key: 'c',
    'X-Auth-Token': 'd',
    smtp: { url: 'smtp://ana:hunter2@mail.example:25', client_secret: ['e', 'f'] },
    recovery_codes: ['1', '2'],
    name: 'Ana',
    key_id: 'k1',
    ram_mb: 64,
    ssh_keys: ['ssh-ed25519 AAAA ana'],
  }
  expect(maskSecrets(asked)).toEqual({
    password: '***',
    newPassword: '***',
    api_key: '***',
    'X-Auth-Token': '***',
    smtp: { url: 'smtp://***@mail.example:25', client_secret: '***' },
    recovery_codes: '***',
    name: 'Ana',
    key_id: 'k1',
    ram_mb: 64,
    ssh_keys: ['ssh-ed25519 AAAA ana'],
  })
})

test('of environment variables only the names are kept', () => {
  expect(maskSecrets({ additional_requirements: { env: { MODE: 'x', DSN: 'y' }, list: 1 } })).toEqual({
    additional_requirements: { env: { MODE: '***', DSN: '***' }, list: 1 },
  })
  expect(maskSecrets({ env: [{ name: 'A', value: 'b' }] })).toEqual({ env: [{ name: '***', value: '***' }] })
})

test('secrets are masked by their look, wherever they stand', () => {
  const key = `parcela_${'x'.repeat(40)}`
  expect(maskSecrets({ note: `use ${key} please`, [key]: 1 })).toEqual({ note: 'use *** please', '***': 1 })
  expect(maskSecrets({ pem: 'a -----BEGIN EC PRIVATE KEY-----\nabc' })).toEqual({ pem: 'a ***' })
  expect(maskSecrets({ git: 'https://token@host.example/x.git' })).toEqual({ git: 'https://***@host.example/x.git' })
})

test('secrets are masked where the schema says so', () => {
  expect(maskSecrets({ a: { b: 'x' }, list: [{ c: 'y' }] }, path => ['a.b', 'list.c'].includes(path))).toEqual({
    a: { b: '***' },
    list: [{ c: '***' }],
  })
})

test('what is long or deep is cut, and names of the prototype stay names', () => {
  const masked = maskSecrets({ text: 'x'.repeat(1_000), list: Array.from({ length: 30 }, () => 1) }) as {
    text: string
    list: unknown[]
  }
  expect([masked.text.length, masked.list.length, masked.list.at(-1)]).toEqual([303, 21, '... 10 more'])
  const deep = JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`)
  expect(JSON.stringify(maskSecrets(deep)).length).toBeLessThan(100)
  const odd = maskSecrets(JSON.parse('{"__proto__":{"x":1}}')) as object
  expect([Object.keys(odd), 'x' in odd]).toEqual([['__proto__'], false])
})
