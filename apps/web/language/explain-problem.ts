import type { Language } from './choose-language.ts'
import { problemPatterns } from './problem-patterns.ts'
import { problems } from './problems.ts'

/** What is wrong with a field or file, in the page's language; a sentence that we do not know is shown as the server said it. */
export const explainProblem = (message: string, language: Language): string => {
  const known = problems[message]
  if (known !== undefined) return known[language]
  const pattern = problemPatterns.find(({ says }) => says.test(message))
  return pattern === undefined ? message : message.replace(pattern.says, pattern[language])
}
