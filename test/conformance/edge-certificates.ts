import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EdgeCertificate } from '@parcela/core'
import { run } from '@parcela/kit'

/** A self-signed certificate for these names, made by openssl in `directory`. `algorithm` as openssl's `-newkey` takes it. */
export const makeCertificate = async (
  directory: string,
  names: readonly string[],
  algorithm: readonly string[] = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
): Promise<EdgeCertificate> => {
  const [certificate, key] = [join(directory, 'made.pem'), join(directory, 'made.key')]
  await run(
    ['openssl', 'req', '-x509', '-nodes', '-days', '2', '-subj', '/CN=Parcela test', '-newkey', ...algorithm]
      .concat(['-addext', `subjectAltName=${names.map(name => `DNS:${name}`).join(',')}`])
      .concat(['-keyout', key, '-out', certificate]) as [string, ...string[]],
    { timeoutMs: 20_000 },
  )
  return { names, certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') }
}
