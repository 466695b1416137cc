import type { CertificateIssuer } from '@parcela/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FakeClock } from '../fakes/index.ts'

export type CertificateIssuerSubject = {
  issuer: CertificateIssuer
  clock: FakeClock
  /** A domain whose names it signs. */
  domain: string
  stop(): Promise<void>
}

/** What every certificate issuer keeps to, whoever signs. */
export const certificateIssuerConformance = (
  implementation: string,
  create: () => Promise<CertificateIssuerSubject>,
): void => {
  describe(`${implementation} as a certificate issuer`, () => {
    let subject: CertificateIssuerSubject
    beforeEach(async () => {
      subject = await create()
    })
    afterEach(() => subject.stop())

    test('a certificate has exactly the names that were asked for and is valid now', async () => {
      const names = [`*.${subject.domain}`, subject.domain]
      const issued = await subject.issuer.ensureCertificate(names)
      expect(issued.names.toSorted()).toEqual(names.toSorted())
      expect(issued.not_before.getTime()).toBeLessThanOrEqual(subject.clock.now().getTime())
      expect(issued.not_after.getTime()).toBeGreaterThan(subject.clock.now().getTime())
      expect(issued.certificate).not.toBe('')
      expect(issued.key).not.toBe('')
    })

    test('the same names get the stored certificate, in whatever order', async () => {
      const names = [`*.${subject.domain}`, subject.domain]
      const first = await subject.issuer.ensureCertificate(names)
      const second = await subject.issuer.ensureCertificate(names.toReversed())
      expect(second).toMatchObject({ certificate: first.certificate, key: first.key })
    })

    test('other names get a certificate and a key of their own', async () => {
      const one = await subject.issuer.ensureCertificate([`a.${subject.domain}`])
      const other = await subject.issuer.ensureCertificate([`b.${subject.domain}`])
      expect(other.certificate).not.toBe(one.certificate)
      expect(other.key).not.toBe(one.key)
    })

    test('a certificate with less than a third of its life is renewed', async () => {
      const first = await subject.issuer.ensureCertificate([subject.domain])
      const lifeMs = first.not_after.getTime() - first.not_before.getTime()
      subject.clock.advance(lifeMs * 0.6)
      expect((await subject.issuer.ensureCertificate([subject.domain])).certificate).toBe(first.certificate)
      subject.clock.advance(lifeMs * 0.1)
      const second = await subject.issuer.ensureCertificate([subject.domain])
      expect(second.certificate).not.toBe(first.certificate)
      expect(second.not_after.getTime()).toBeGreaterThan(first.not_after.getTime())
    })
  })
}
