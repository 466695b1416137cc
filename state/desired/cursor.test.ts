import { AppError } from '@parcela/contract'
import { expect, test } from 'vitest'
import { parseCursor, toCursor } from './cursor.ts'

test('a cursor that was handed out is read back', () => {
  expect(parseCursor(toCursor('svc_01abc'), /^svc_[0-9a-z]+$/)).toBe('svc_01abc')
})

test.each(['', 'svc_01abc', 'é', toCursor("svc_1' or true"), `${toCursor('svc_1')}=`])('%s is not a cursor', cursor => {
  expect(() => parseCursor(cursor, /^svc_[0-9a-z]+$/)).toThrow(AppError)
})
