import { describe, expect, test } from 'vitest'
import { findProblem } from './parse-log.ts'

const answer = (status: number, body: unknown, headers: readonly string[] = []): string =>
  [
    '2026-11-23 20:06:29,209:DEBUG:acme.client:Received response:',
    `HTTP ${status}`,
    'Cache-Control: public, max-age=0, no-cache',
    ...headers,
    'Date: Mon, 23 Nov 2026 20:06:29 GMT',
    '',
    typeof body === 'string' ? body : JSON.stringify(body, null, 3),
    '',
  ].join('\n')

const record = (words: string): string => `2026-11-23 20:06:29,300:DEBUG:certbot._internal.log:${words}\n`
const problem = (type: string, detail: string) => ({ type: `urn:ietf:params:acme:error:${type}`, detail, status: 400 })
const failed = (name: string, detail: string) => ({
  status: 'invalid',
  identifier: { type: 'dns', value: name },
  challenges: [
    { type: 'http-01', status: 'invalid', error: problem('connection', detail) },
    { type: 'dns-01', status: 'pending' },
  ],
})
const directory = answer(200, { newOrder: 'https://localhost/order' })

describe('the problem that ended a run', () => {
  test('is the last answer, when that was a refusal', () => {
    const log = `${directory}${answer(400, problem('rejectedIdentifier', 'not "that" one'), ['Retry-After: 17'])}${record('Exiting')}`
    expect(findProblem(log)).toEqual({
      type: 'rejectedIdentifier',
      detail: 'not "that" one',
      names: [],
      status: 400,
      retryAfter: '17',
      isValidation: false,
    })
  })

  test('is none, when the server answered well to the end', () => {
    expect(findProblem('')).toBeUndefined()
    expect(findProblem(directory + record('Exiting abnormally:\nTraceback (most recent call last):'))).toBeUndefined()
    expect(findProblem(answer(400, problem('badNonce', 'again')) + directory)).toBeUndefined()
  })

  test('is a failed validation, whatever was answered after it, with every name that failed', () => {
    const log = [failed('a.test', 'refused'), { status: 'valid' }, failed('b.test', 'timeout')].map(body =>
      answer(200, body),
    )
    expect(findProblem(log.join('') + directory)).toMatchObject({
      type: 'connection',
      detail: 'refused',
      names: ['a.test', 'b.test'],
      isValidation: true,
    })
  })

  test('names what the parts of a compound problem speak of', () => {
    const parts = [{ ...problem('caa', 'CAA forbids it'), identifier: { type: 'dns', value: 'a.test' } }]
    expect(findProblem(answer(403, { ...problem('compound', 'Some failed:'), subproblems: parts }))).toMatchObject({
      type: 'compound',
      detail: 'Some failed: CAA forbids it',
      names: ['a.test'],
    })
  })

  test('has no type and no words, where something between here and the authority answered with a page', () => {
    expect(findProblem(answer(502, '<html>Bad Gateway</html>'))).toMatchObject({ type: '', detail: '', status: 502 })
    expect(findProblem(answer(400, { type: 'about:blank', detail: 7, subproblems: 'x' }))).toMatchObject({
      type: '',
      detail: '',
    })
  })

  test('has one short line of words without control characters', () => {
    const found = findProblem(answer(400, problem('malformed', `\u001b[31mred\r\nline\u202e ${'x'.repeat(1000)}`)))
    expect(found?.detail).toMatch(/^\[31mred line x+\.\.\.$/)
    expect(found?.detail.length).toBeLessThan(410)
  })
})
