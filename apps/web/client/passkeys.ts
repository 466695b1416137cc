/** What the browser is asked to make, and to sign, as the server says it (WebAuthn level 3). */
export type PasskeyCreation = PublicKeyCredentialCreationOptionsJSON
export type PasskeyRequest = PublicKeyCredentialRequestOptionsJSON

/** Why the browser gave no passkey: the person closed its dialog, this device has one already, or it cannot. */
export class PasskeyError extends Error {
  readonly why: 'cancelled' | 'present' | 'failed'

  constructor(why: PasskeyError['why'], cause: unknown) {
    super(`the browser gave no passkey: ${why}`, { cause })
    this.name = 'PasskeyError'
    this.why = why
  }
}

/** Whether this browser can make and use passkeys as the server writes them down. */
export const canUsePasskeys = (): boolean =>
  typeof PublicKeyCredential === 'function' && 'parseCreationOptionsFromJSON' in PublicKeyCredential

/** Makes a passkey on a device that the person chooses; throws `PasskeyError`. */
export const makePasskey = (options: PasskeyCreation): Promise<unknown> =>
  ask(() => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }))

/** Lets a passkey sign; throws `PasskeyError`. */
export const signWithPasskey = (options: PasskeyRequest): Promise<unknown> =>
  ask(() => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }))

const ask = async (act: () => Promise<Credential | null>): Promise<unknown> => {
  try {
    const credential = await act()
    if (credential instanceof PublicKeyCredential) return credential.toJSON()
  } catch (error) {
    throw new PasskeyError(reasons[error instanceof DOMException ? error.name : ''] ?? 'failed', error)
  }
  throw new PasskeyError('failed', undefined)
}

// A closed dialog and one that waited too long have the same name, on purpose.
const reasons: Record<string, PasskeyError['why']> = {
  NotAllowedError: 'cancelled',
  AbortError: 'cancelled',
  InvalidStateError: 'present',
}
