export type IssuedCertificate = {
  names: readonly string[]
  /** PEM, leaf first. */
  certificate: string
  /** PEM, PKCS #8. Never logged, never in the database. */
  key: string
  not_before: Date
  not_after: Date
  /** The serial number, lower-case hexadecimal. */
  serial: string
}

/** How the authority convinces itself: `dns` through the NameServer port, `http` through a file that the edge serves below /.well-known/acme-challenge/. */
export type Challenge = 'dns' | 'http'

/** What an authority allows; its published limits. Null where it has none. */
export type IssuerLimits = {
  /** Failed validations of one host name in one hour. */
  failed_per_hour: number
  /** Certificates for exactly the same set of names in 168 hours. */
  duplicates_per_week: number
} | null

/**
 * Who signs certificates. It neither decides when (see `decideCertificate`) nor remembers how often.
 * Failures: `rejected` when the authority refuses a name (details.reason `name_refused`; `rate_limited` with `retry_after_s` where it said so;
 * `validation_failed`), `unavailable` when it does not answer. Neither harms what is stored.
 */
export interface CertificateIssuer {
  readonly limits: IssuerLimits
  /** The stored certificate for exactly these names, also an old one; undefined when there is none or its files cannot be used. */
  findCertificate(names: readonly string[]): Promise<IssuedCertificate | undefined>
  /** Asks for a new one and stores it. */
  issueCertificate(
    names: readonly string[],
    options: { challenge: Challenge; signal?: AbortSignal },
  ): Promise<IssuedCertificate>
  /** Tells the authority that it is no longer used, and forgets it. What is gone is success; an authority that does not answer is logged. */
  revokeCertificate(names: readonly string[]): Promise<void>
  /** Every stored set of names. */
  listCertificates(): Promise<(readonly string[])[]>
}
