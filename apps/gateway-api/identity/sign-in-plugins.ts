import { apiKey } from '@better-auth/api-key'
import { passkey } from '@better-auth/passkey'
import type { Clock } from '@parcela/core'
import { APIError } from 'better-auth/api'
import { twoFactor } from 'better-auth/plugins'
import type { GatewaySettings } from '../settings.ts'
import { openIdPlugin } from './open-id/open-id-plugin.ts'
import { singleUseCodes } from './single-use-codes.ts'

type Dependencies = { settings: Pick<GatewaySettings, 'panelUrl' | 'openId'>; clock: Clock }

/** What the sign-in library does besides passwords and sessions. */
export const signInPlugins = ({ settings, clock }: Dependencies) => [
  // The gateway limits the requests of a key like any other caller's; the library's default is 10 a day.
  apiKey({
    defaultPrefix: 'parcela_',
    rateLimit: { enabled: false },
    enableMetadata: true,
    maximumNameLength: 64,
    startingCharactersConfig: { charactersLength: 12 },
    keyExpiration: { maxExpiresIn: 3650 },
  }),
  // Codes of one step (30 seconds) before and after are good, too. Who has no password turns it on and off with the session alone.
  twoFactor({ issuer: 'Parcela', allowPasswordless: true, backupCodeOptions: { storeBackupCodes: 'encrypted' } }),
  singleUseCodes(),
  verifiedPasskey(settings.panelUrl),
  ...(settings.openId ? [openIdPlugin({ settings: settings.openId, clock })] : []),
]

/** A passkey signs in alone, so the device must have asked for a PIN or a finger: having it is not enough. */
const verifiedPasskey = (panelUrl: string) => {
  const { hostname, origin } = new URL(panelUrl)
  return passkey({
    rpID: hostname,
    rpName: 'Parcela',
    origin,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    registration: {
      afterVerification: ({ verification }) => requireVerified(verification.registrationInfo?.userVerified),
    },
    authentication: {
      afterVerification: ({ verification }) => requireVerified(verification.authenticationInfo.userVerified),
    },
  })
}

const requireVerified = (isVerified: boolean | undefined): void => {
  if (isVerified) return
  throw new APIError('FORBIDDEN', {
    code: 'PASSKEY_WITHOUT_PIN',
    message: 'The passkey must ask for a PIN, a fingerprint or a face. Set one up on the device.',
  })
}
