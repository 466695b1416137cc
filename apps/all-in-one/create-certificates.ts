import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import type { CertificateIssuer, Clock, NameServer } from '@parcela/core'
import { createLocalCa, type LocalCa } from '@parcela/edge-certificates-local-ca'
import type { Log } from '@parcela/kit'
import type { Settings } from './settings.ts'

type Parts = { settings: Settings; webroot: string; nameServer: NameServer; clock: Clock; log: Log }

export type Certificates = {
  /** Who signs for the page, the services and custom domains. */
  issuer: CertificateIssuer
  /** Signs for the page while the issuer has not; the issuer itself unless an ACME authority was chosen. */
  localCa: LocalCa
  isAcme: boolean
}

/** Certificates come from a CA of this installation, or from an ACME authority through certbot: decided here, once. */
export const createCertificates = async ({
  settings,
  webroot,
  nameServer,
  clock,
  log,
}: Parts): Promise<Certificates> => {
  const { home } = settings
  const localCa = createLocalCa({
    directory: join(home, 'ca'),
    publishTo: join(home, 'ca.pem'),
    domains: [settings.PARCELA_APPS_DOMAIN, settings.PARCELA_PANEL_HOST, ...(settings.PARCELA_LOCAL_CA_DOMAINS ?? [])],
    clock,
    log: log.child({ part: 'ca' }),
  })
  if (settings.PARCELA_CERTIFICATES === 'local-ca') return { issuer: localCa, localCa, isAcme: false }

  const { PARCELA_ACME_EMAIL: email, PARCELA_ACME_CA: caBundleFile } = settings
  const eab = await readAccountBinding(settings)
  const { createCertbotIssuer } = await import('@parcela/edge-certificates-certbot')
  const issuer = createCertbotIssuer({
    directory: join(home, 'certbot'),
    directoryUrl: settings.PARCELA_ACME_DIRECTORY,
    isStaging: settings.PARCELA_ACME_STAGING,
    ...(email ? { email } : {}),
    ...(eab ? { eab } : {}),
    ...(caBundleFile ? { caBundleFile } : {}),
    webroot,
    nameServer,
    clock,
    log: log.child({ part: 'certbot' }),
  })
  return { issuer, localCa, isAcme: true }
}

const readAccountBinding = async (settings: Settings): Promise<{ keyId: string; hmacKey: string } | undefined> => {
  const { PARCELA_ACME_EAB_KEY_ID: keyId, PARCELA_ACME_EAB_HMAC: file } = settings
  if (!keyId || !file) return undefined
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('invalid', `PARCELA_ACME_EAB_HMAC: the file ${file} cannot be read (${cause.code}).`, { cause })
  })
  return { keyId, hmacKey: text.trim() }
}
