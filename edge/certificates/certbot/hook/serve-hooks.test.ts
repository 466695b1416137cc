import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { runToEnd, silentLog } from '@parcela/kit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type HookServer, serveHooks } from './serve-hooks.ts'

const value = 'E184qC9Dc6kbLcb_W0_daLnm14Lk8cC7XvBoGgSuFz4'
const published = new Set<string>()
let directory = ''
let failures: unknown[] = []
let hooks: HookServer

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parcela-hooks-'))
  published.clear()
  failures = []
  hooks = await serveHooks({
    directory,
    names: ['*.apps.test', 'www.test'],
    nameServer: {
      addValidation: async (name, text) => {
        if (name === '_acme-challenge.www.test') throw new Error('the name server is down')
        published.add(`${name} ${text}`)
      },
      removeValidation: async (name, text) => void published.delete(`${name} ${text}`),
    },
    log: silentLog,
    onFailure: error => failures.push(error),
  })
})
afterEach(async () => {
  await hooks.close()
  await rm(directory, { recursive: true })
})

const say = (line: string): Promise<string> => {
  const socket = connect(hooks.env.PARCELA_HOOK_SOCKET)
  socket.write(line)
  return text(socket)
}
const ask = (request: object): Promise<string> =>
  say(
    `${JSON.stringify({ token: hooks.env.PARCELA_HOOK_TOKEN, action: 'add', domain: 'apps.test', value, ...request })}\n`,
  )

describe('who knows the token of the run', () => {
  test('publishes values for its names, and takes them back', async () => {
    expect(await ask({})).toBe('done\n')
    expect([...published]).toEqual([`_acme-challenge.apps.test ${value}`])
    expect(await ask({ action: 'remove' })).toBe('done\n')
    expect([...published]).toEqual([])
  })

  test('is told that it failed, and not why; whoever started the run learns that', async () => {
    expect(await ask({ domain: 'www.test' })).toBe('failed: the log of Parcela says why\n')
    expect(failures).toEqual([new Error('the name server is down')])
  })

  test.each([
    ['another name', { domain: 'bank.test' }],
    ['a name above', { domain: 'test' }],
    ['the wildcard as it is', { domain: '_acme-challenge.apps.test' }],
    ['another action', { action: 'replace' }],
    ['a value that is no digest', { value: 'v=spf1 -all' }],
    ['no value', { value: undefined }],
  ])('changes nothing with %s', async (_case, request) => {
    expect(await ask(request)).toBe('refused\n')
    expect([...published]).toEqual([])
  })
})

test.each([
  ['a wrong token', { token: 'x'.repeat(43) }],
  ['a short token', { token: 'x' }],
  ['a token of the same length in other letters', { token: 'ñ'.repeat(43) }],
  ['no token', { token: undefined }],
])('%s is refused', async (_case, request) => {
  expect(await ask(request)).toBe('refused\n')
  expect([...published]).toEqual([])
})

test.each([['no JSON\n'], ['null\n'], ['[]\n'], ['7\n']])('%j is refused', async line => {
  expect(await say(line)).toBe('refused\n')
})

test('a line without end is cut off', async () => {
  await expect(say('x'.repeat(100_000))).rejects.toThrow(/ECONNRESET|EPIPE/)
})

test('the socket is for us alone, and gone afterwards with every value that was left', async () => {
  expect((await stat(hooks.env.PARCELA_HOOK_SOCKET)).mode & 0o777).toBe(0o600)
  await ask({})
  expect(published.size).toBe(1)
  await hooks.close()
  expect(published.size).toBe(0)
  expect(await readdir(directory)).toEqual([])
})

test('the program that certbot starts says what it was told', async () => {
  const program = join(import.meta.dirname, 'main.ts')
  const env = { ...hooks.env, CERTBOT_DOMAIN: 'apps.test', CERTBOT_VALIDATION: value }
  const hook = (action: string, change: object = {}) =>
    runToEnd([process.execPath, program, action], { timeoutMs: 10_000, env: { ...env, ...change } })
  expect(await hook('add')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
  expect(published.size).toBe(1)
  expect(await hook('add', { CERTBOT_DOMAIN: 'www.test' })).toMatchObject({ exitCode: 1, stderr: /^failed/ })
  expect((await hook('add', { PARCELA_HOOK_SOCKET: join(directory, 'none') })).exitCode).not.toBe(0)
})
