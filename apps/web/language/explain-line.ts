import type { Language } from './choose-language.ts'
import { explainProblem } from './explain-problem.ts'

/** What is wrong with a line of a class list: of its address, of its role, or of both. */
export const explainLine = (problem: string, language: Language): string => {
  const { email, role } = /^(?:email (?<email>.+?))?(?:(?:^|; )role (?<role>.+))?$/.exec(problem)?.groups ?? {}
  const about = [email, role].filter(said => said !== undefined)
  if (about.length === 0) return explainProblem(problem, language)
  return about.map(said => explainProblem(said, language)).join(' ')
}
