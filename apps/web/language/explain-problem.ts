import type { Language } from './choose-language.ts'
import { problems } from './problems.ts'

/** What is wrong with a field, in the page's language; a sentence that we do not know is shown as the server said it. */
export const explainProblem = (message: string, language: Language): string => problems[message]?.[language] ?? message
