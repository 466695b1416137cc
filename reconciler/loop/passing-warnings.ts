/** How the warnings begin that come and go with the platform: all others are the release's own, and stay with it. */
const beginnings = {
  noCertificate: 'There is no certificate for *.',
  certificateEnds: 'The certificate of *.',
  noRecords: 'The name of this site could not be published',
} as const

export const isPassing = (warning: string): boolean =>
  Object.values(beginnings).some(beginning => warning.startsWith(beginning))

export const noCertificateYet = (domain: string, why: string | null): string =>
  `${beginnings.noCertificate}${domain} yet, so this site answers on plain HTTP until there is one${why ? `: ${why}` : '.'}`

export const notPublished = (host: string, why: string): string =>
  `${beginnings.noRecords} (${host}); it is tried again by itself: ${why}`
