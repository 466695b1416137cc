import { z } from 'zod'

/**
 * Reads settings from environment variables with a prefix: every variable that begins with it must be known, and every value must be valid.
 * Throws one error that names each variable and what is wrong with it. `shape` maps the variable's full name to its schema.
 */
export const parseSettings = <S extends z.ZodObject>(
  shape: S,
  environment: NodeJS.ProcessEnv,
  prefix: string,
): z.infer<S> => {
  const given = Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => (name in shape.shape || name.startsWith(prefix)) && value !== '',
    ),
  )
  const result = z.strictObject(shape.shape).safeParse(given)
  if (result.success) return result.data as z.infer<S>
  const problems = result.error.issues.flatMap(issue =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(name => `${name}: there is no such setting`)
      : [`${issue.path.join('.')}: ${issue.message}`],
  )
  throw new SettingsError(problems)
}

/** Settings that cannot be used; `problems` has a line each. */
export class SettingsError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The settings cannot be used:\n${problems.map(problem => `  ${problem}`).join('\n')}`)
    this.name = 'SettingsError'
    this.problems = problems
  }
}
