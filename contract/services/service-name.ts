import { z } from 'zod'

/** Names that would be mistaken for the platform itself, or that mail and certificate tools give a meaning. */
export const reservedNames: ReadonlySet<string> = new Set([
  'abuse',
  'account',
  'acme',
  'admin',
  'administrator',
  'api',
  'apps',
  'auth',
  'autoconfig',
  'autodiscover',
  'console',
  'dns',
  'ftp',
  'gateway',
  'hostmaster',
  'imap',
  'internal',
  'local',
  'localhost',
  'login',
  'mail',
  'metrics',
  'mx',
  'ns',
  'ns1',
  'ns2',
  'panel',
  'parcela',
  'pop',
  'pop3',
  'postmaster',
  'proxmox',
  'registry',
  'root',
  'security',
  'smtp',
  'ssl',
  'static',
  'status',
  'system',
  'webmail',
  'webmaster',
  'wpad',
  'www',
])

/**
 * The name of a service: one DNS label (RFC 1035, lower case), because it becomes `<name>.<domain>`.
 * Labels with `--` in third and fourth place are refused: they announce an encoded international name (RFC 5891).
 */
export const serviceName = z
  .string()
  .min(1, 'is empty; use letters a-z, digits and hyphens')
  .max(63, 'is longer than 63 characters')
  .regex(/^[a-z0-9-]*$/, 'may only hold the letters a-z, digits and hyphens')
  .regex(/^[^-]/, 'may not begin with a hyphen')
  .regex(/[^-]$/, 'may not end with a hyphen')
  .refine(name => name.slice(2, 4) !== '--', 'may not have two hyphens in third and fourth place')
  .refine(name => !reservedNames.has(name), 'is reserved for the platform; choose another name')

/**
 * The service name that a username, folder or title suggests: lower case, accents dropped, everything else a hyphen.
 * `usuario_ejemplo` -> `usuario-ejemplo`. Empty when nothing usable is left.
 */
export const suggestServiceName = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '')
