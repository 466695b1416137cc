import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { passwordLength } from '@parcela/contract'
import { parseSettings, SettingsError } from '@parcela/kit'
import { z } from 'zod'

const numberFrom = (smallest: number, largest: number, what: string, pattern = /^\d{1,9}$/) => {
  const problem = `must be ${what} from ${smallest} to ${largest}`
  return z
    .string()
    .regex(pattern, problem)
    .transform(Number)
    .refine(number => number >= smallest && number <= largest, problem)
}
const wholeNumber = (smallest: number, largest: number) => numberFrom(smallest, largest, 'a whole number')
const port = numberFrom(1, 65_535, 'a port')
const hostName = z
  .string()
  .regex(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be a lower-case domain name, such as apps.example.org',
  )
const address = z.string().refine(text => isIP(text) > 0, 'must be an IP address, such as 127.0.0.1 or 0.0.0.0')
const oneAddress = z
  .ipv4('must be an IPv4 address, such as 127.0.0.1')
  .refine(text => text !== '0.0.0.0', 'must be one address of this host, where other edges reach it, not all of them')
const addressList = z
  .string()
  .transform(text => text.split(',').map(part => part.trim()))
  .refine(parts => parts.every(part => isIP(part) > 0), 'must be IP addresses, separated by commas')
const portRange = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, 'must be two ports, such as 20000-29999')
  .transform(text => {
    const [first = 0, last = 0] = text.split('-').map(Number)
    return { first, last }
  })
  .refine(({ first, last }) => first >= 1024 && last <= 65_535 && first <= last, 'must rise, within 1024-65535')
const subnetRange = z.string().refine(text => {
  const [address = '', bits = ''] = text.split('/')
  return isIP(address) === 4 && /^([89]|1\d|2[0-4])$/.test(bits)
}, 'must be an IPv4 range from a /8 to a /24, such as 10.208.0.0/12')
const hostNameList = z
  .string()
  .transform(text => text.split(',').map(part => part.trim()))
  .pipe(z.array(hostName))
/** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:53`. */
const serverAddress = z.string().transform((text, context) => {
  const [, bracketed, plain, given = '53'] = /^(?:\[([^\]]+)\]|([^[\]:]+|[0-9a-f:]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const server = { address: bracketed ?? plain ?? '', port: Number(given) }
  if (isIP(server.address) > 0 && server.port >= 1 && server.port <= 65_535) return server
  context.addIssue('must be an IP address, with a port where it is not 53: 192.0.2.53:5353')
  return z.NEVER
})
const serverAddressList = z
  .string()
  .transform(text => text.split(',').map(part => part.trim()))
  .pipe(z.array(serverAddress))
const onOff = z.enum(['on', 'off'], 'must be on or off').transform(word => word === 'on')

/** Every setting of the all-in-one: its variable, what it means, its default. docs/guide lists them from here. */
export const settingsShape = z.object({
  PARCELA_HOME: z.string().default('.parcela').describe('The folder that holds everything this installation keeps.'),
  PARCELA_BIND: address
    .default('127.0.0.1')
    .describe('The address that the edge and the name server listen on; 0.0.0.0 for all.'),
  PARCELA_PANEL_HOST: hostName.default('parcela.localhost').describe('The name of the page.'),
  PARCELA_APPS_DOMAIN: hostName.default('apps.localhost').describe('Services answer at <name>.<this domain>.'),
  PARCELA_HTTP_PORT: port.default(8080).describe('Plain HTTP; redirects to HTTPS.'),
  PARCELA_HTTPS_PORT: port.default(8443).describe('HTTPS, for the page and for every service.'),
  PARCELA_DNS_PORT: port.default(8053).describe('DNS, UDP and TCP.'),
  PARCELA_EDGE_ADDRESSES: addressList
    .optional()
    .describe(
      'The addresses that the names of services point at; PARCELA_BIND where it is one address, else the loopback.',
    ),
  PARCELA_DNS_SERVER: z
    .enum(['embedded', 'rfc2136'], 'must be embedded or rfc2136')
    .default('embedded')
    .describe(
      'Who publishes the names: a server of our own, or one that takes dynamic updates (BIND, PowerDNS, Knot).',
    ),
  PARCELA_DNS_RECORDS: z
    .enum(['each', 'wildcard'], 'must be each or wildcard')
    .default('each')
    .describe('A record for each service, or one wildcard for all.'),
  PARCELA_DNS_ZONES: hostNameList
    .optional()
    .describe('The zones that names are published in; by default PARCELA_APPS_DOMAIN and PARCELA_PANEL_HOST.'),
  PARCELA_DNS_SECONDARIES: addressList
    .optional()
    .describe(
      'Secondary name servers that may transfer the zones of the embedded server. Needs PARCELA_DNS_TRANSFER_KEY.',
    ),
  PARCELA_DNS_SECONDARY_NAMES: hostNameList
    .optional()
    .describe('The names of those secondaries, which the zones list beside this server (NS).'),
  PARCELA_DNS_TRANSFER_KEY: z.string().optional().describe('The file with their TSIG key, as tsig-keygen prints it.'),
  PARCELA_DNS_UPDATE_SERVER: serverAddress
    .optional()
    .describe('rfc2136: the primary name server, such as 192.0.2.53 or 192.0.2.53:5353.'),
  PARCELA_DNS_UPDATE_KEY: z
    .string()
    .optional()
    .describe('rfc2136: the file with the TSIG key that it takes updates with, as tsig-keygen prints it.'),
  PARCELA_DNS_RESOLVERS: serverAddressList
    .optional()
    .describe("Whom custom domains are looked up at; the system's resolvers by default."),
  PARCELA_CERTIFICATES: z
    .enum(['local-ca', 'acme'], 'must be local-ca or acme')
    .default('local-ca')
    .describe(
      "Who signs certificates: a CA of this installation, or Let's Encrypt or another ACME authority, by certbot.",
    ),
  PARCELA_LOCAL_CA_DOMAINS: hostNameList
    .optional()
    .describe('Further domains that the local CA may sign for. A change makes a new CA, which must be trusted again.'),
  PARCELA_ACME_DIRECTORY: z
    .url('must be a URL, such as https://acme.example.org/directory')
    .default('https://acme-v02.api.letsencrypt.org/directory')
    .describe('The directory of the ACME authority.'),
  PARCELA_ACME_STAGING: onOff
    .default(false)
    .describe("Let's Encrypt's staging directory instead, for trying: its certificates are trusted by nobody."),
  PARCELA_ACME_EMAIL: z.email('must be an e-mail address').optional().describe('Whom the authority may write to.'),
  PARCELA_ACME_EAB_KEY_ID: z
    .string()
    .optional()
    .describe(
      'External account binding, where the authority asks for it: the id of the key. Needs PARCELA_ACME_EAB_HMAC.',
    ),
  PARCELA_ACME_EAB_HMAC: z.string().optional().describe('The file with its HMAC key, in base64url.'),
  PARCELA_ACME_CA: z
    .string()
    .optional()
    .describe('A file with the CA that signed the ACME server itself, where it is not a public one.'),
  PARCELA_ADMIN_EMAIL: z
    .email('must be an e-mail address')
    .optional()
    .describe('First start: the administrator; admin@<page> otherwise.'),
  PARCELA_ADMIN_PASSWORD: z
    .string()
    .min(passwordLength.minimum, `must have at least ${passwordLength.minimum} characters`)
    .max(passwordLength.maximum, `must have at most ${passwordLength.maximum} characters`)
    .optional()
    .describe('First start: the password; generated and shown once otherwise.'),
  PARCELA_SIGN_UP: z
    .enum(['open', 'invite', 'closed'], 'must be open, invite or closed')
    .default('closed')
    .describe('Who may make an account.'),
  PARCELA_SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^\s]+$/, 'must be a URL, such as smtp://user:password@mail.example.org:587')
    .optional()
    .describe('The mail server; without one no mail is sent, and administrators hand out links.'),
  PARCELA_MAIL_FROM: z
    .string()
    .regex(
      /^[^\r\n]*[^\s@]+@[^\s@]+$|^[^\r\n<>]*<[^\s@<>]+@[^\s@<>]+>$/,
      'must be an address, such as Parcela <parcela@example.org>',
    )
    .optional()
    .describe('The sender of mail. Needed with PARCELA_SMTP_URL.'),
  PARCELA_OIDC_ISSUER: z
    .url('must be a URL, such as https://accounts.google.com')
    .optional()
    .describe('An OpenID Connect provider that people sign in with: its issuer, as it names itself.'),
  PARCELA_OIDC_CLIENT_ID: z.string().optional().describe('What that provider calls this installation.'),
  PARCELA_OIDC_CLIENT_SECRET: z.string().optional().describe('The secret that it gave.'),
  PARCELA_OIDC_NAME: z.string().max(64).default('OpenID').describe('What the button of the sign-in page says.'),
  PARCELA_BREACH_CHECK: onOff
    .default(false)
    .describe(
      'Whether new passwords are looked up, by the beginning of their hash, in the list of haveibeenpwned.com.',
    ),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgresql://')
    .optional()
    .describe('Another PostgreSQL server (15 or later) instead of the embedded one.'),
  PARCELA_DOCKER_SOCKET: z
    .string()
    .default('/var/run/docker.sock')
    .describe('The socket of the Docker engine on this host.'),
  PARCELA_DOCKER_API_URL: z
    .url('must be a URL, such as https://docker.example.org:8444')
    .optional()
    .describe('A Docker host elsewhere: the address of its API Docker. Needs PARCELA_DOCKER_API_TOKEN.'),
  PARCELA_DOCKER_API_TOKEN: z
    .string()
    .min(32, 'must be the token that API Docker was given, at least 32 characters')
    .optional()
    .describe('The token of that API Docker.'),
  PARCELA_DOCKER_API_CA: z
    .string()
    .optional()
    .describe('A file with the CA certificate of that API Docker, where it is not a public one.'),
  PARCELA_PORT_RANGE: portRange
    .default({ first: 20_000, last: 29_999 })
    .describe('Ports that containers are published on.'),
  PARCELA_PUBLISH_ADDRESS: oneAddress
    .default('127.0.0.1')
    .describe(
      'The address of this host that containers are published on. Any but the loopback opens every container, without TLS, to whoever reaches it: only for a private network that further edges are on.',
    ),
  PARCELA_SUBNETS: subnetRange
    .default('10.208.0.0/12')
    .describe('The range that the networks of teams are taken from, a /24 each.'),
  PARCELA_RETENTION_DAYS: wholeNumber(0, 3650)
    .default(7)
    .describe('Days that the files of a deleted service are kept; 0 deletes them at once.'),
  PARCELA_AUDIT_DAYS: wholeNumber(30, 3650).default(365).describe('Days that the audit trail is kept, at least 30.'),
  PARCELA_UPLOAD_LIMIT_MB: wholeNumber(1, 1_048_576).default(1024).describe('The largest publish, unpacked, in MiB.'),
  PARCELA_UPLOAD_LIMIT_FILES: wholeNumber(1, 1_000_000).default(50_000).describe('The most files of one publish.'),
  PARCELA_SAMPLE: onOff.default(true).describe('Whether the first start publishes the sample site "hola".'),
  PARCELA_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error')
    .default('info')
    .describe('What the log holds.'),
  PARCELA_RESYNC_SECONDS: wholeNumber(1, 3600)
    .default(60)
    .describe('How often everything is compared with what it should be.'),
  PARCELA_DRAIN_SECONDS: numberFrom(0, 600, 'a number', /^\d{1,9}(\.\d{1,9})?$/)
    .default(5)
    .describe('How long a replaced container keeps running, for requests that are under way.'),
})

export type Settings = ReturnType<typeof readSettings>

/** Reads the settings from the environment; throws one `SettingsError` that names everything that is wrong. */
export const readSettings = (environment: NodeJS.ProcessEnv) => {
  const settings = parseSettings(settingsShape, environment, 'PARCELA_')
  const problems = crossCheck(settings)
  if (problems.length > 0) throw new SettingsError(problems)
  const portSuffix = settings.PARCELA_HTTPS_PORT === 443 ? '' : `:${settings.PARCELA_HTTPS_PORT}`
  return {
    ...settings,
    home: resolve(settings.PARCELA_HOME),
    panelUrl: `https://${settings.PARCELA_PANEL_HOST}${portSuffix}`,
    serviceUrl: (name: string) => `https://${name}.${settings.PARCELA_APPS_DOMAIN}${portSuffix}`,
    edgeAddresses: edgeAddressesOf(settings),
    zones: settings.PARCELA_DNS_ZONES ?? [settings.PARCELA_APPS_DOMAIN, settings.PARCELA_PANEL_HOST],
  }
}

const crossCheck = (settings: z.infer<typeof settingsShape>): string[] => {
  const { PARCELA_PANEL_HOST: panel, PARCELA_APPS_DOMAIN: apps, PARCELA_PORT_RANGE: range } = settings
  const problems: string[] = []
  const portOwners = new Map<number, string>()
  for (const name of ['PARCELA_HTTPS_PORT', 'PARCELA_HTTP_PORT', 'PARCELA_DNS_PORT'] as const) {
    const number = settings[name]
    const owner = portOwners.get(number)
    if (owner) problems.push(`${name}: is the same as ${owner}`)
    if (number >= range.first && number <= range.last)
      problems.push(`${name}: lies in PARCELA_PORT_RANGE, where a container may take it`)
    portOwners.set(number, name)
  }
  if (panel === apps || panel.endsWith(`.${apps}`))
    problems.push("PARCELA_PANEL_HOST: lies in PARCELA_APPS_DOMAIN; a tenant's site would share its cookies")
  if (apps.endsWith(`.${panel}`))
    problems.push("PARCELA_APPS_DOMAIN: lies below PARCELA_PANEL_HOST; a tenant's site could set cookies for the page")
  if (settings.PARCELA_DOCKER_API_URL && !settings.PARCELA_DOCKER_API_TOKEN)
    problems.push('PARCELA_DOCKER_API_TOKEN: is needed with PARCELA_DOCKER_API_URL')
  if (settings.PARCELA_DNS_SERVER === 'rfc2136') {
    if (!settings.PARCELA_DNS_UPDATE_SERVER)
      problems.push('PARCELA_DNS_UPDATE_SERVER: is needed with PARCELA_DNS_SERVER=rfc2136')
    if (!settings.PARCELA_DNS_UPDATE_KEY)
      problems.push('PARCELA_DNS_UPDATE_KEY: is needed with PARCELA_DNS_SERVER=rfc2136')
  }
  if (Boolean(settings.PARCELA_SMTP_URL) !== Boolean(settings.PARCELA_MAIL_FROM))
    problems.push('PARCELA_SMTP_URL and PARCELA_MAIL_FROM: only both together are of use')
  if (settings.PARCELA_OIDC_ISSUER && !(settings.PARCELA_OIDC_CLIENT_ID && settings.PARCELA_OIDC_CLIENT_SECRET))
    problems.push('PARCELA_OIDC_CLIENT_ID and PARCELA_OIDC_CLIENT_SECRET: are needed with PARCELA_OIDC_ISSUER')
  if (settings.PARCELA_DNS_SECONDARIES && !settings.PARCELA_DNS_TRANSFER_KEY)
    problems.push('PARCELA_DNS_TRANSFER_KEY: is needed with PARCELA_DNS_SECONDARIES')
  if (settings.PARCELA_DNS_SECONDARY_NAMES && !settings.PARCELA_DNS_SECONDARIES)
    problems.push('PARCELA_DNS_SECONDARIES: is needed with PARCELA_DNS_SECONDARY_NAMES')
  if (settings.PARCELA_DOCKER_API_URL && settings.PARCELA_PUBLISH_ADDRESS !== '127.0.0.1')
    problems.push(
      'PARCELA_PUBLISH_ADDRESS: is of no use with PARCELA_DOCKER_API_URL; set PARCELA_DOCKER_API_PUBLISH where that API Docker runs',
    )
  if (Boolean(settings.PARCELA_ACME_EAB_KEY_ID) !== Boolean(settings.PARCELA_ACME_EAB_HMAC))
    problems.push('PARCELA_ACME_EAB_KEY_ID and PARCELA_ACME_EAB_HMAC: only both together are of use')
  return problems
}

const edgeAddressesOf = ({ PARCELA_EDGE_ADDRESSES: given, PARCELA_BIND: bind }: z.infer<typeof settingsShape>) => {
  const isEverywhere = bind === '0.0.0.0' || bind === '::'
  const loopback = ['127.0.0.1', '::1']
  const addresses = given ?? (isEverywhere || bind === '127.0.0.1' ? loopback : [bind])
  return { ipv4: addresses.filter(one => isIP(one) === 4), ipv6: addresses.filter(one => isIP(one) === 6) }
}
