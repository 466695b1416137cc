import type { TFunction } from 'i18next'
import type { Language } from '../language/choose-language.ts'
import type { Format } from '../language/create-format.ts'
import { explainProblem } from '../language/explain-problem.ts'
import type { FilesProblem } from './find-files-problem.ts'

/** A problem with the chosen files in a sentence. */
export const explainFilesProblem = (
  problem: FilesProblem,
  t: TFunction,
  { language, format }: { language: Language; format: Format },
): string => {
  switch (problem.kind) {
    case 'empty':
      return t('files.problem_empty')
    case 'path':
      return t('files.problem_path', { path: problem.path, problem: explainProblem(problem.problem, language) })
    case 'collision':
      return t('files.problem_collision', { one: problem.one, other: problem.other })
    case 'too_many':
      return t('files.problem_too_many', { count: problem.count, limit: problem.limit })
    case 'too_large':
      return t('files.problem_too_large', { bytes: format.bytes(problem.bytes), limit: format.bytes(problem.limit) })
  }
}
