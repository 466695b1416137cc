import { join } from 'node:path'
import type { Challenge } from '@parcela/core'
import { type CertbotOptions, serverOf } from './certbot-options.ts'

export type CertbotFolders = { config: string; work: string; logs: string; ini: string; hook: string }

/** The folders of one authority. */
export const foldersOf = (directory: string): CertbotFolders => ({
  config: join(directory, 'config'),
  work: join(directory, 'work'),
  logs: join(directory, 'logs'),
  ini: join(directory, 'certbot.ini'),
  hook: join(directory, 'hook'),
})

type Run = { folders: CertbotFolders; logs: string; options: CertbotOptions; lineage: string }

/** Asks for a certificate of these names, whatever is stored: when it is time is decided elsewhere. */
export const issueArguments = (run: Run, names: readonly string[], challenge: Challenge): string[] => [
  'certonly',
  ...sharedArguments(run),
  ...['--key-type', 'ecdsa', '--force-renewal'],
  ...(challenge === 'dns'
    ? dnsArguments(run.folders)
    : ['--authenticator', 'webroot', '--webroot-path', run.options.webroot]),
  ...noHooks,
  ...['--preferred-challenges', challenge],
  ...names.flatMap(name => ['--domain', name]),
]

export const revokeArguments = (run: Run): string[] => [
  'revoke',
  ...sharedArguments(run),
  ...['--reason', 'cessationofoperation', '--delete-after-revoke'],
]

/** What is not for the list of processes of the machine to show: certbot reads it from a file that is closed to others. */
export const renderIni = ({ email, eab }: Pick<CertbotOptions, 'email' | 'eab'>): string =>
  [
    'agree-tos = true',
    'no-eff-email = true',
    email === undefined ? 'register-unsafely-without-email = true' : `email = ${email}`,
    ...(eab ? [`eab-kid = ${eab.keyId}`, `eab-hmac-key = ${eab.hmacKey}`] : []),
    '',
  ].join('\n')

/** Certbot reads the system's cli.ini, whatever else it is told. What an operator has there, for other certificates, is not run for ours. */
const noHooks = ['--pre-hook', '', '--post-hook', '', '--deploy-hook', '', '--renew-hook', '']

/** All that certbot would take from that file, too, and that matters is said here. */
const sharedArguments = ({ folders, logs, options, lineage }: Run): string[] => [
  '--non-interactive',
  ...['--config', folders.ini],
  ...['--config-dir', folders.config, '--work-dir', folders.work, '--logs-dir', logs],
  ...['--max-log-backups', '0'],
  ...['--server', serverOf(options)],
  ...['--cert-name', lineage],
]

/** Certbot hands its hooks to a shell, so they are one fixed path, quoted, and a fixed word; its own look at them would not understand quotes. */
const dnsArguments = ({ hook }: CertbotFolders): string[] => [
  ...['--authenticator', 'manual'],
  ...['--manual-auth-hook', `${quote(hook)} add`, '--manual-cleanup-hook', `${quote(hook)} remove`],
  '--disable-hook-validation',
]

/** As a POSIX shell reads it, where nothing inside single quotes has a meaning. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
