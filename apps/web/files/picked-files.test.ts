import { describe, expect, it } from 'vitest'
import { findFilesProblem } from './find-files-problem.ts'
import { arrangeFiles } from './picked-files.ts'

const file = (path: string, size = 3) => ({ path, file: new File(['x'.repeat(size)], path.split('/').at(-1) ?? '') })
const limits = { bytes: 1000, files: 5 }

describe('files that a person hands over', () => {
  it('lose the one folder around them, which gives the site its name', () => {
    const picked = arrangeFiles([file('My Site/index.html'), file('My Site/css/a.css')])
    expect(picked.title).toBe('My Site')
    expect(picked.files.map(({ path }) => path)).toEqual(['css/a.css', 'index.html'])
    expect(picked.hasIndex).toBe(true)
  })

  it('keep their folders when there are several', () => {
    const picked = arrangeFiles([file('a/index.html'), file('b/index.html')])
    expect(picked.title).toBe('')
    expect(picked.files.map(({ path }) => path)).toEqual(['a/index.html', 'b/index.html'])
  })

  it('leave behind what is never part of a site, and say how much', () => {
    const picked = arrangeFiles([file('s/index.html'), file('s/.git/config'), file('s/a/.DS_Store')])
    expect(picked.files.map(({ path }) => path)).toEqual(['index.html'])
    expect(picked.left_out).toBe(2)
  })

  it('may be one archive, whose name becomes the site’s', () => {
    const picked = arrangeFiles([file('feria.tar.gz')])
    expect(picked).toMatchObject({ isArchive: true, title: 'feria', hasIndex: true })
  })

  it('are told apart from a site without index.html', () => {
    expect(arrangeFiles([file('s/home.html')]).hasIndex).toBe(false)
  })
})

describe('files that cannot be published', () => {
  const problemOf = (...files: ReturnType<typeof file>[]) => findFilesProblem(arrangeFiles(files), limits)

  it.each([
    ['nothing at all', [], { kind: 'empty' }],
    ['only junk', [file('.DS_Store')], { kind: 'empty' }],
    ['too many', Array.from({ length: 6 }, (_, index) => file(`${index}.txt`)), { kind: 'too_many', count: 6 }],
    ['too much', [file('a.bin', 1001)], { kind: 'too_large', bytes: 1001 }],
    [
      'names that differ in case only',
      [file('A.txt'), file('a.txt')],
      { kind: 'collision', one: 'A.txt', other: 'a.txt' },
    ],
    ['a line break in a name', [file('a\nb.txt')], { kind: 'path', path: 'a\nb.txt' }],
  ])('are named: %s', (_, files, problem) => {
    expect(problemOf(...files)).toMatchObject(problem)
  })

  it('are none when all is well, whatever quotes and signs their names hold', () => {
    expect(problemOf(file(`it's "$(x)" ñ.txt`), file('index.html'))).toBeUndefined()
  })
})
