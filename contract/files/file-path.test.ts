import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { collisionKey, findPathProblem } from './file-path.ts'

describe('the path of a published file', () => {
  test.each([
    'index.html',
    'a/b/c.css',
    'año nuevo/ñ.txt',
    "it's.html",
    '$(reboot).html',
    'a"b.txt',
    '.htaccess',
    '.well-known/x',
  ])('%s is accepted', path => {
    expect(findPathProblem(path)).toBeUndefined()
  })

  test.each([
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['C:\\x', 'absolute'],
    ['a\\b', 'backslashes'],
    ['../x', 'leave its folder'],
    ['a/../../x', 'leave its folder'],
    ['./x', 'leave its folder'],
    ['a//b', 'no name'],
    ['a/', 'no name'],
    ['a\nb', 'control characters'],
    ['a\u0000b', 'control characters'],
    ['\ud800', 'Unicode'],
    ['x'.repeat(256), '255 bytes'],
    ['ñ'.repeat(128), '255 bytes'],
    [Array.from({ length: 10 }, () => 'x'.repeat(200)).join('/'), '1024 bytes'],
  ])('%j is refused, and the message says why', (path, why) => {
    expect(findPathProblem(path)).toContain(why)
  })

  test('an accepted path never leaves its folder when it is resolved', () => {
    const segment = fc.constantFrom('a', '..', '.', '', 'b c', '\\', 'x\n')
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), segments => {
        const path = segments.join('/')
        if (findPathProblem(path) !== undefined) return true
        return new URL(encodeURI(path), 'file:///root/').pathname.startsWith('/root/')
      }),
    )
  })
})

test('names that differ only in case or in how accents are written collide', () => {
  expect(collisionKey('Index.HTML')).toBe(collisionKey('index.html'))
  expect(collisionKey('n\u0303.txt')).toBe(collisionKey('\u00f1.txt'))
  expect(collisionKey('a.txt')).not.toBe(collisionKey('b.txt'))
})
