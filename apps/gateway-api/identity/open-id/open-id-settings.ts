/** One OpenID Connect provider: Google Workspace, Microsoft Entra, Keycloak, Moodle, ... */
export type OpenIdSettings = {
  /** As its discovery document says it, letter by letter: `https://accounts.google.com`. */
  issuer: string
  clientId: string
  clientSecret: string
  /** What the button of the sign-in page says. */
  name: string
}
