import { z } from 'zod'

/** RFC 5321, 4.5.3.1: the part before the @, and the whole. */
const longest = { local: 64, whole: 254 }
const form =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/

/**
 * What is wrong with an e-mail address as an account's, or undefined. Only ASCII: the same letter of another script (Cyrillic а, the Kelvin sign)
 * would make one person's address look like another's. Domains of other scripts are written as `xn--...`.
 */
export const findEmailProblem = (text: string): string | undefined => {
  if (/[^\x21-\x7e]/.test(text)) return 'may hold ASCII letters, digits and signs only; write other domains as xn--...'
  if (text.length > longest.whole) return `must have at most ${longest.whole} characters`
  if (text.indexOf('@') > longest.local) return `must have at most ${longest.local} characters before the @`
  return form.test(text.toLowerCase()) ? undefined : 'must be an e-mail address, such as ana@example.org'
}

/** An e-mail address as an account has it: in lower case, so that two spellings are one account. */
export const emailAddress = z
  .string()
  .trim()
  .superRefine((text, context) => {
    const problem = findEmailProblem(text)
    if (problem) context.addIssue(problem)
  })
  .transform(text => text.toLowerCase())
