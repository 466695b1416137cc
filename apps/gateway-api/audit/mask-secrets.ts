/** What stands where a secret was. */
export const mask = '***'

/** Words in a field's name that make its value a secret, however the name is written (`api_key`, `newPassword`, `X-Auth-Token`). */
const secretWords = new Set([
  'password',
  'passwords',
  'passwd',
  'passphrase',
  'secret',
  'secrets',
  'token',
  'tokens',
  'credential',
  'credentials',
  'authorization',
  'cookie',
  'cookies',
  'otp',
  'totp',
  'pin',
  'recovery',
  'private',
  'hmac',
  'key',
  'code',
  'codes',
])
/** `key_id` names a key and is none. */
const harmlessEnds = new Set(['id', 'ids', 'at', 'name', 'count'])
/** Whatever is in these is somebody's own, and may be a secret: only the names in them are told. */
const ownWords = new Set(['env', 'environment', 'registry', 'headers'])

const longestText = 300
const mostItems = 20
const deepest = 6

/**
 * A copy that may be kept: secrets are masked by the names of their fields, by their own look, and where `isSecret` says so of a path
 * (`smtp.password`; items of lists have no part of their own). Long texts and lists are cut.
 */
export const maskSecrets = (
  value: unknown,
  isSecret: (path: string) => boolean = () => false,
  place: { path: readonly string[]; isOwn?: boolean } = { path: [] },
): unknown => {
  if (value === null || value === undefined) return null
  if (isSecret(place.path.join('.'))) return mask
  if (place.path.length > deepest) return '...'
  if (Array.isArray(value)) {
    const items = value.slice(0, mostItems).map(item => maskSecrets(item, isSecret, place))
    return value.length > mostItems ? [...items, `... ${value.length - mostItems} more`] : items
  }
  if (typeof value === 'object') {
    const members = Object.entries(value).map(([name, member]) => {
      const inside = { path: [...place.path, name], isOwn: place.isOwn === true || ownWords.has(name.toLowerCase()) }
      return [maskText(name), isSecretName(name) && member !== null ? mask : maskSecrets(member, isSecret, inside)]
    })
    return Object.fromEntries(members)
  }
  if (place.isOwn) return mask
  return typeof value === 'string' ? maskText(value) : value
}

const isSecretName = (name: string): boolean => {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  return !harmlessEnds.has(words.at(-1) ?? '') && words.some(word => secretWords.has(word))
}

/** Secrets that give themselves away: our own keys, private keys in PEM, a password in a URL. */
const maskText = (text: string): string => {
  const masked = text
    .replace(/\bparcela_[A-Za-z0-9_-]{16,}/g, mask)
    .replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*/g, mask)
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${mask}@`)
  return masked.length > longestText ? `${masked.slice(0, longestText)}...` : masked
}
