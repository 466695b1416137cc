import type { CertificateIssuer } from '@parcela/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

export type CertificateIssuerSubject = {
  issuer: CertificateIssuer
  now(): Date
  /** A domain whose names it signs. */
  domain: string
  /** A name that it refuses, and the reason. */
  refused: { name: string; reason: string }
  /** Makes the stored files for these names unusable. */
  breakStored(names: readonly string[]): Promise<void>
  /** Whether the authority says that this certificate is revoked; left out where it keeps no such list. */
  isRevoked?(serial: string): Promise<boolean>
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

    const issue = (...names: string[]) => subject.issuer.issueCertificate(names, { challenge: 'dns' })

    test('a certificate has exactly the names that were asked for and is valid now', async () => {
      const names = [`*.${subject.domain}`, subject.domain]
      const issued = await issue(...names)
      expect(issued.names.toSorted()).toEqual(names.toSorted())
      expect(issued.not_before.getTime()).toBeLessThanOrEqual(subject.now().getTime())
      expect(issued.not_after.getTime()).toBeGreaterThan(subject.now().getTime())
      expect(issued.serial).toMatch(/^([0-9a-f]{2})+$/)
      expect(issued.certificate).not.toBe('')
      expect(issued.key).not.toBe('')
    })

    test('what was issued is found by its names, in whatever order, and by no others', async () => {
      const names = [`*.${subject.domain}`, subject.domain]
      expect(await subject.issuer.findCertificate(names)).toBeUndefined()
      const issued = await issue(...names)
      for (const order of [names, names.toReversed()])
        expect(await subject.issuer.findCertificate(order)).toEqual({ ...issued, names: order })
      expect(await subject.issuer.findCertificate([subject.domain])).toBeUndefined()
      expect(await subject.issuer.findCertificate([`a.${subject.domain}`])).toBeUndefined()
    })

    test('asked again for the same names, it issues another with a key of its own, and keeps that', async () => {
      const names = [`a.${subject.domain}`]
      const first = await issue(...names)
      const second = await issue(...names)
      expect(second.serial).not.toBe(first.serial)
      expect(second.key).not.toBe(first.key)
      expect(second.not_after.getTime()).toBeGreaterThanOrEqual(first.not_after.getTime())
      expect(await subject.issuer.findCertificate(names)).toEqual(second)
    })

    test('every stored set of names is listed, sets that share a name too', async () => {
      expect(await subject.issuer.listCertificates()).toEqual([])
      const sets = [[`a.${subject.domain}`], [`a.${subject.domain}`, `b.${subject.domain}`]]
      const [one, both] = [await issue(...(sets[0] ?? [])), await issue(...(sets[1] ?? []))]
      expect(both.serial).not.toBe(one.serial)
      expect((await subject.issuer.listCertificates()).map(names => names.toSorted()).sort()).toEqual(sets)
    })

    test('a certificate that is revoked is forgotten, others stay; once more is success', async () => {
      const [gone, kept] = [`a.${subject.domain}`, `b.${subject.domain}`]
      const revoked = await issue(gone)
      const other = await issue(kept)
      await subject.issuer.revokeCertificate([gone])
      await subject.issuer.revokeCertificate([gone])
      expect(await subject.issuer.findCertificate([gone])).toBeUndefined()
      expect(await subject.issuer.listCertificates()).toEqual([[kept]])
      expect(await subject.issuer.findCertificate([kept])).toEqual(other)
      if (subject.isRevoked) {
        expect(await subject.isRevoked(revoked.serial)).toBe(true)
        expect(await subject.isRevoked(other.serial)).toBe(false)
      }
    })

    test('a refused name is told with its reason, and nothing that is stored changes', async () => {
      const names = [`a.${subject.domain}`]
      const before = await issue(...names)
      const { name, reason } = subject.refused
      await expect(issue(name)).rejects.toMatchObject({ code: 'rejected', details: { reason } })
      await expect(issue(...names, name)).rejects.toMatchObject({ code: 'rejected', details: { reason } })
      expect(await subject.issuer.findCertificate([name])).toBeUndefined()
      expect(await subject.issuer.findCertificate(names)).toEqual(before)
      expect(await subject.issuer.listCertificates()).toEqual([names])
    })

    test('broken files count as none, harm no other certificate, and are replaced by the next', async () => {
      const [broken, whole] = [`a.${subject.domain}`, `b.${subject.domain}`]
      await issue(broken)
      const other = await issue(whole)
      await subject.breakStored([broken])
      expect(await subject.issuer.findCertificate([broken])).toBeUndefined()
      expect(await subject.issuer.findCertificate([whole])).toEqual(other)
      expect(await subject.issuer.listCertificates()).toEqual([[whole]])
      const next = await issue(broken)
      expect(await subject.issuer.findCertificate([broken])).toEqual(next)
    })

    test('who gives up before it begins gets nothing, and nothing is stored', async () => {
      const names = [`a.${subject.domain}`]
      const options = { challenge: 'dns', signal: AbortSignal.abort() } as const
      await expect(subject.issuer.issueCertificate(names, options)).rejects.toThrow(/aborted/)
      expect(await subject.issuer.findCertificate(names)).toBeUndefined()
    })
  })
}
