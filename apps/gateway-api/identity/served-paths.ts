/**
 * What is served of better-auth; the rest of it (changing e-mail, linking and unlinking, its pages, its own lists of keys and of sessions, which
 * hold their tokens) does not exist here.
 */
const served: ReadonlySet<string> = new Set([
  'POST /sign-in/email',
  'POST /sign-up/email',
  'POST /sign-out',
  'GET /get-session',
  'POST /change-password',
  'POST /request-password-reset',
  'POST /reset-password',
  'POST /send-verification-email',
  'GET /verify-email',
  'POST /sign-in/social',
  'GET /callback/oidc',
  'POST /two-factor/enable',
  'POST /two-factor/disable',
  'POST /two-factor/verify-totp',
  'POST /two-factor/verify-backup-code',
  'POST /two-factor/generate-backup-codes',
  'GET /passkey/generate-register-options',
  'POST /passkey/verify-registration',
  'GET /passkey/generate-authenticate-options',
  'POST /passkey/verify-authentication',
  'GET /passkey/list-user-passkeys',
  'POST /passkey/update-passkey',
  'POST /passkey/delete-passkey',
])

export const isServed = (method: string, path: string): boolean => served.has(`${method} ${path}`)
