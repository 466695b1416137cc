const longest = 320

/**
 * Whose password a sign-in tries, read as the sign-in library reads it: another spelling in JSON (escapes, a field twice) must not be another
 * account to whoever counts wrong passwords. Undefined where there is no such field.
 */
export const signInEmail = (body: unknown): string | undefined => {
  try {
    const { email } = JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '') ?? {}
    return typeof email === 'string' && email.length <= longest ? email.toLowerCase() : undefined
  } catch (error) {
    // Not JSON: no password is tried with it, and the library answers so.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
