export type IssuedCertificate = {
  names: readonly string[]
  /** PEM, leaf first. */
  certificate: string
  /** PEM, PKCS #8. */
  key: string
  not_before: Date
  not_after: Date
}

/** Who signs certificates. */
export interface CertificateIssuer {
  /**
   * A certificate for exactly these names, valid for at least a third of its life: the stored one when it still is, else a new one.
   * `rejected` when the issuer refuses a name, `unavailable` when it does not answer.
   */
  ensureCertificate(names: readonly string[]): Promise<IssuedCertificate>
}
