/** What the gateway needs to know about its installation. */
export type GatewaySettings = {
  /** Where the page and the API answer: `https://parcela.localhost:8443`. Cookies belong to it; other host names are refused. */
  panelUrl: string
  /** Services answer at `https://<name>.<appsDomain>`. */
  appsDomain: string
  /** The edge's public HTTPS port; left out of addresses when 443. */
  httpsPort: number
  /** Whether strangers may sign up. `invite` is closed until there are invitations. */
  signUp: 'open' | 'invite' | 'closed'
  uploadLimitBytes: number
  uploadLimitFiles: number
  /** Signs the session cookies: at least 32 random characters, generated once per installation. */
  secret: string
  /** The built page (`apps/web/dist`); nothing is served at / while it does not exist. */
  webFolder?: string
  /** Where one archive at a time lies while it is read; the system's temporary folder when absent. */
  spoolFolder?: string
}
