export type { CertbotOptions } from './certbot-options.ts'
export { createCertbotIssuer } from './create-certbot-issuer.ts'
