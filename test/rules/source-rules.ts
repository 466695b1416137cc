import type { SourceFile } from './source-files.ts'

export type SourceRule = {
  /** A sentence that holds. */
  name: string
  /** What a line must not hold. */
  forbidden: RegExp
  /** Where it may. */
  exempt: (file: SourceFile) => boolean
}

const isMain = ({ path }: SourceFile): boolean => /(^|\/)(main|build)\.ts$/.test(path)

/** What no import rule can see. Comments count, too: a line that speaks of the forbidden thing is better said otherwise. */
export const sourceRules: readonly SourceRule[] = [
  {
    name: 'only kit/subprocess starts processes',
    forbidden: /^(?!import type ).*child_process/,
    exempt: ({ path }) => path.startsWith('kit/subprocess/') || path.startsWith('test/rules/'),
  },
  {
    name: 'nothing goes through a shell',
    forbidden: /\bshell: |['"](\/bin\/)?(sh|bash)['"], ?['"]-l?c['"]/,
    // Inside a container that a test made, a shell is what is tried.
    exempt: ({ isTest }) => isTest,
  },
  {
    name: 'only main.ts files read the environment',
    forbidden: /process\.env\b|\benv\b[^=]*\} = process\b/,
    exempt: file => isMain(file) || file.isTest || file.path === 'vitest.config.ts',
  },
  {
    name: 'only state speaks SQL',
    forbidden: /\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE)\b|\bsql`/i,
    exempt: ({ path, isTest }) => path.startsWith('state/') || isTest,
  },
  {
    name: 'what an error says is never thrown away',
    forbidden: /catch\s*(\(\w*\))?\s*\{\s*\}|\.catch\(\(\)\s*=>\s*(undefined|null|\{\s*\})\)/,
    exempt: ({ path }) => path.startsWith('test/rules/'),
  },
  {
    name: 'no type is forced and no check is silenced',
    forbidden: /@ts-(ignore|expect-error|nocheck)|\bas any\b|: any\b/,
    exempt: ({ path }) => path.startsWith('test/rules/'),
  },
  {
    name: 'no test is skipped or alone',
    forbidden: /\b(it|test|describe)\.(skip|only|todo|skipIf)\b/,
    exempt: ({ path }) => path.startsWith('test/rules/'),
  },
  {
    name: 'nothing is left for later in a comment',
    forbidden: /\b(TODO|FIXME|XXX|HACK)\b/,
    exempt: ({ path }) => path.startsWith('test/rules/'),
  },
]

export const findViolations = (rule: SourceRule, files: readonly SourceFile[]): string[] =>
  files
    .filter(file => !rule.exempt(file))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) => (rule.forbidden.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    )
