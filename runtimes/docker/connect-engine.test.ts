import { expect, test } from 'vitest'
import { chooseApiVersion } from './connect-engine.ts'

test('an older engine is spoken to in its newest version', () => {
  expect(chooseApiVersion('1.41', '1.12')).toBe('1.41')
})

test('a newer engine is spoken to in ours', () => {
  expect(chooseApiVersion('1.60', '1.44')).toBe('1.47')
})

test('an engine that dropped ours is spoken to in its oldest', () => {
  expect(chooseApiVersion('2.3', '1.50')).toBe('1.50')
})

test('versions are numbers and not text', () => {
  expect(chooseApiVersion('1.9', undefined)).toBe('1.9')
})
