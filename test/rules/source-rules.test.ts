import { describe, expect, it } from 'vitest'
import { listSourceFiles } from './source-files.ts'
import { findViolations, sourceRules } from './source-rules.ts'

const files = await listSourceFiles()

describe('rules of the source', () => {
  it('they look at the whole repository', () => {
    expect(files.length).toBeGreaterThan(100)
  })

  for (const rule of sourceRules) {
    it(rule.name, () => {
      expect(findViolations(rule, files)).toEqual([])
    })
  }

  const examples: Record<string, string> = {
    'only kit/subprocess starts processes': "import { spawn } from 'node:child_process'",
    'nothing goes through a shell': "run(['sh', '-c', text])",
    'only main.ts files read the environment': 'const home = process.env.HOME',
    'only state speaks SQL': 'await sql`select 1`',
    'what an error says is never thrown away': 'work().catch(() => undefined)',
    'no type is forced and no check is silenced': 'const x = y as any',
    'no test is skipped or alone': "it.skip('works', () => {})",
    'nothing is left for later in a comment': '// TODO: all of it',
  }
  for (const rule of sourceRules) {
    it(`a line that breaks "${rule.name}" is found`, () => {
      const text = `first\n${examples[rule.name]}`
      expect(findViolations(rule, [{ path: 'core/example.ts', text, isTest: false }])).toHaveLength(1)
    })
  }
})
