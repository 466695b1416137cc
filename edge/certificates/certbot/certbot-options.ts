import { AppError } from '@parcela/contract'
import type { Clock, IssuerLimits, NameServer } from '@parcela/core'
import type { Log } from '@parcela/kit'

export type CertbotOptions = {
  /** Where accounts, keys, certificates and logs are kept; closed to others. Each authority has a folder of its own in it. */
  directory: string
  /** The authority's directory (RFC 8555, section 7.1.1). */
  directoryUrl: string
  /** Let's Encrypt's staging directory instead. */
  isStaging: boolean
  /** Whom the authority may write to. */
  email?: string
  /** External account binding, where the authority asks for it; the HMAC key in base64url. */
  eab?: { keyId: string; hmacKey: string }
  /** The CA of the ACME server itself, PEM, where it is not a public one. */
  caBundleFile?: string
  /** What the edge serves below /.well-known/acme-challenge/ lies in `<webroot>/.well-known/acme-challenge/`. */
  webroot: string
  nameServer: Pick<NameServer, 'addValidation' | 'removeValidation'>
  clock: Clock
  log: Log
  /** `certbot`, as the system's search path finds it, unless given. */
  binary?: string
  /** A run of certbot is ended after this long; five minutes unless given. */
  timeoutMs?: number
  /** Let's Encrypt's published figures unless given. */
  limits?: IssuerLimits
}

/** https://letsencrypt.org/docs/rate-limits/ */
export const letsEncryptLimits: IssuerLimits = { failed_per_hour: 5, duplicates_per_week: 5 }

const stagingUrl = 'https://acme-staging-v02.api.letsencrypt.org/directory'

export const serverOf = ({ directoryUrl, isStaging }: Pick<CertbotOptions, 'directoryUrl' | 'isStaging'>): string =>
  isStaging ? stagingUrl : directoryUrl

/** Throws `invalid` for what certbot's configuration file could not hold, so that no value becomes another option in it. */
export const checkOptions = (options: CertbotOptions): void => {
  const { email, eab, directoryUrl } = options
  if (!URL.canParse(directoryUrl) || new URL(directoryUrl).protocol !== 'https:')
    throw new AppError('invalid', "The ACME authority's directory must be a URL that begins with https://")
  if (email !== undefined && !/^[^\s,#;="']+@[^\s,#;="']+$/.test(email))
    throw new AppError('invalid', 'The e-mail address for the ACME authority is not one address')
  if (eab && !/^[\w.~+/:-]{1,256}$/.test(eab.keyId))
    throw new AppError('invalid', 'The key id for the ACME authority has characters that no key id has')
  if (eab && !/^[\w-]{16,}={0,2}$/.test(eab.hmacKey))
    throw new AppError('invalid', 'The HMAC key for the ACME authority is not in base64url')
}
