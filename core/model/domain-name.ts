/** Bytes of a whole name on the wire, with its length bytes and the final zero (RFC 1035, section 3.1). */
const nameBytes = 255
const labelBytes = 63

/** Whether records can be kept at this name: lower case letters, digits, `-`, `_`, and `*` as the whole first label; no final dot. */
export const isDomainName = (name: string): boolean =>
  /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name) &&
  name.split('.').every(label => label.length <= labelBytes) &&
  name.length + 2 <= nameBytes

export const isWithin = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`)

/** The nearest of the zones that the name lies in; undefined when it lies in none. */
export const zoneOf = (name: string, zones: readonly string[]): string | undefined => {
  let nearest: string | undefined
  for (const zone of zones) if (isWithin(name, zone) && zone.length > (nearest?.length ?? -1)) nearest = zone
  return nearest
}
