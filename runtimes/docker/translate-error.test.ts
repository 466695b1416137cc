import { AppError } from '@parcela/contract'
import { expect, test } from 'vitest'
import { translateError } from './translate-error.ts'

const engineError = (message: string, more: object = {}): Error => Object.assign(new Error(message), more)

test.each([
  ['Bind for 127.0.0.1:80 failed: port is already allocated', 500, 'conflict', 'port_taken'],
  ['listen tcp4 127.0.0.1:80: bind: address already in use', 500, 'conflict', 'port_taken'],
  ['Pool overlaps with other one on this address space', 403, 'conflict', 'subnet_taken'],
  ['write /var/lib/docker/tmp/x: no space left on device', 500, 'unavailable', 'disk_full'],
  ['No such image: parcela-x/y:z', 404, 'rejected', 'image_missing'],
  ['client version 1.41 is too old. Minimum supported API version is 1.44', 400, 'unavailable', 'engine_changed'],
  ['OCI runtime create failed: exec: "x": executable file not found', 400, 'rejected', 'start_failed'],
])('%s', (message, statusCode, code, reason) => {
  const error = translateError(engineError(message, { statusCode, json: { message } }), 'do it')
  expect(error).toMatchObject({ code, details: { reason } })
})

test.each(['ECONNREFUSED', 'ENOENT', 'ECONNRESET'])('an engine that does not answer (%s) is unavailable', code => {
  expect(translateError(engineError('connect', { code }), 'do it')).toMatchObject({
    code: 'unavailable',
    details: { reason: 'engine_down' },
  })
})

test('what the engine says keeps its sense and loses the paths of the host', () => {
  const error = translateError(
    engineError('bad thing in /var/lib/docker/overlay2/abc: sorry', { statusCode: 400 }),
    'do it',
  )
  expect(error).toMatchObject({ code: 'rejected', message: 'Docker could not do it: bad thing in ...: sorry' })
})

test('an error of ours passes as it is', () => {
  const error = new AppError('not_found', 'The file is gone.')
  expect(translateError(error, 'do it')).toBe(error)
})
