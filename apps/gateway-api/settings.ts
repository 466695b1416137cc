import type { OpenIdSettings } from './identity/open-id/open-id-settings.ts'
import type { BreachList } from './identity/require-unbreached.ts'
import type { MailSettings } from './mail/create-mailer.ts'

/** What the gateway needs to know about its installation. */
export type GatewaySettings = {
  /** Where the page and the API answer: `https://parcela.localhost:8443`. Cookies belong to it; other host names are refused. */
  panelUrl: string
  /** Services answer at `https://<name>.<appsDomain>`. */
  appsDomain: string
  /** The edge's public HTTPS port; left out of addresses when 443. */
  httpsPort: number
  /** Where the names of services and custom domains have to lead. */
  edgeAddresses: { ipv4: readonly string[]; ipv6: readonly string[] }
  /** How names are published; shown to administrators. */
  dns: { server: 'embedded' | 'rfc2136'; records: 'each' | 'wildcard'; zones: readonly string[] }
  /** Whether strangers may sign up: anybody, those who were invited, nobody. */
  signUp: 'open' | 'invite' | 'closed'
  uploadLimitBytes: number
  uploadLimitFiles: number
  /** Signs the session cookies: at least 32 random characters, generated once per installation. */
  secret: string
  /** The built page (`apps/web/dist`); nothing is served at / while it does not exist. */
  webFolder?: string
  /** Where one archive at a time lies while it is read; the system's temporary folder when absent. */
  spoolFolder?: string
  /** Without it no mail is sent: addresses are not verified, and an administrator hands out links for new passwords. */
  mail?: MailSettings
  /** Without it people sign in with passwords and passkeys only. */
  openId?: OpenIdSettings
  /** Where new passwords are looked up, by five digits of their hash: `https://api.pwnedpasswords.com`. Without it they are not. */
  breachList?: BreachList
}
