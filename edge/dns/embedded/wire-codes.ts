/** Numbers of the DNS protocol (IANA, Domain Name System Parameters) that this server knows. */
export const headerBytes = 12

export const opcode = { query: 0, notify: 4 } as const

export const rcode = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
  notAuthorised: 9,
  /** RFC 6891; the upper bits travel in the OPT record. */
  badVersion: 16,
} as const

/** What a TSIG record says was wrong with the one before it (RFC 8945, section 3). */
export const tsigError = { none: 0, badSignature: 16, badKey: 17, badTime: 18, badTruncation: 22 } as const

export const recordClass = { IN: 1, ANY: 255 } as const

export const recordType = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  HINFO: 13,
  TXT: 16,
  AAAA: 28,
  OPT: 41,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  CAA: 257,
} as const
