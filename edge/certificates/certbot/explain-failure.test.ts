import { describe, expect, test } from 'vitest'
import { explainFailure } from './explain-failure.ts'
import type { AcmeProblem } from './parse-log.ts'

const context = {
  names: ['a.example.test'],
  challenge: 'http' as const,
  server: 'https://acme.example.org/directory',
  now: new Date('2026-05-01T10:00:00Z'),
}
const ended = { exitCode: 1, stdout: '', stderr: 'Saving debug log to /secret/path\nAttributeError: cannot set' }

const explain = (facts: Partial<AcmeProblem>) =>
  explainFailure(
    ended,
    { type: '', detail: '', names: [], status: 400, retryAfter: undefined, isValidation: false, ...facts },
    context,
  )

describe('what an authority said', () => {
  test.each([
    ['seconds', '120', '', 120],
    ['a date', 'Fri, 01 May 2026 10:05:00 GMT', '', 300],
    ['a date that has passed', 'Fri, 01 May 2026 09:00:00 GMT', '', 0],
    [
      'words',
      undefined,
      'too many failed authorizations (5) ..., retry after 2026-05-01 11:00:00 UTC: see https://...',
      3600,
    ],
    ['nothing', undefined, 'too many', undefined],
    ['something strange', 'soon', 'too many', undefined],
  ])('how long to wait, in %s', (_form, retryAfter, detail, seconds) => {
    const error = explain({ type: 'rateLimited', status: 429, detail, retryAfter })
    expect(error).toMatchObject({ code: 'rejected', details: { reason: 'rate_limited' } })
    expect(error.details?.retry_after_s).toBe(seconds)
  })

  test('that it has had enough, also without a problem document', () => {
    expect(explain({ status: 429 }).details).toMatchObject({ reason: 'rate_limited' })
    expect(explain({ status: 503, type: 'rateLimited' }).details).toMatchObject({ reason: 'rate_limited' })
  })

  test('that CAA records forbid it, which counts as failed where it was found while validating', () => {
    const caa = { type: 'caa', detail: 'CAA record for a.example.test prevents issuance' }
    expect(explain(caa)).toMatchObject({
      code: 'rejected',
      message: /CAA records.*do not allow/,
      details: { reason: 'name_refused' },
    })
    expect(explain({ ...caa, isValidation: true })).toMatchObject({
      message: /could not validate a\.example\.test.*CAA records.*do not allow/,
      details: { reason: 'validation_failed', problem: 'caa' },
    })
  })

  test.each(['serverInternal', 'badNonce'])('%s, which can be better next time', type => {
    expect(explain({ type })).toMatchObject({ code: 'unavailable' })
  })

  test('anything else, which is a refusal of the names', () => {
    expect(explain({ type: 'rejectedIdentifier', detail: 'No.' })).toMatchObject({
      code: 'rejected',
      message: 'The certificate authority acme.example.org refused a.example.test: "No".',
      details: { reason: 'name_refused', problem: 'rejectedIdentifier' },
    })
    expect(explain({ type: 'constructor' }).message).toBe(
      'The certificate authority acme.example.org refused a.example.test: it did not say why.',
    )
  })

  test('of many names only the first are told', () => {
    const names = ['a', 'b', 'c', 'd', 'e'].map(label => `${label}.example.test`)
    expect(explain({ type: 'rejectedIdentifier', names }).message).toContain('c.example.test and 2 more')
  })
})

describe('without an answer of the authority', () => {
  test.each([
    ['requests.exceptions.ConnectionError: HTTPSConnectionPool(...)', /did not answer/],
    ['ValueError: Requesting acme.example.org/directory: Connection refused', /did not answer/],
    ['requests.exceptions.ReadTimeout: timed out', /did not answer/],
    ['SSLError(SSLCertVerificationError(1, "CERTIFICATE_VERIFY_FAILED"))', /unknown CA/],
    ['OSError: Could not find a suitable TLS CA certificate bundle, invalid path: /x', /unknown CA/],
    ['Another instance of Certbot is already running.', /Another certbot/],
    ['AttributeError: cannot set', /no answer of acme\.example\.org says why/],
  ])('%s', (stderr, message) => {
    expect(explainFailure({ ...ended, stderr }, undefined, context)).toMatchObject({ code: 'unavailable', message })
  })

  test('paths of the host stay in the cause', () => {
    const error = explainFailure(ended, undefined, context)
    expect(error.message).not.toContain('/secret/path')
    expect(String(error.cause)).toContain('AttributeError')
  })
})
