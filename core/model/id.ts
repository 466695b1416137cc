const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const timeCharacters = 10
const randomCharacters = 16

export type ServiceId = string & { readonly __id: 'service' }
export type ReleaseId = string & { readonly __id: 'release' }
export type TeamId = string & { readonly __id: 'team' }
export type PersonId = string & { readonly __id: 'person' }
export type UploadId = string & { readonly __id: 'upload' }
export type EdgeId = string & { readonly __id: 'edge' }
export type RunId = string & { readonly __id: 'run' }
export type PlanId = string & { readonly __id: 'plan' }
export type ApprovalId = string & { readonly __id: 'approval' }
export type NodeId = string & { readonly __id: 'node' }
export type InvitationId = string & { readonly __id: 'invitation' }

type IdByPrefix = {
  svc: ServiceId
  rel: ReleaseId
  team: TeamId
  usr: PersonId
  up: UploadId
  run: RunId
  edge: EdgeId
  inv: InvitationId
  plan: PlanId
  apr: ApprovalId
}

/**
 * A new id, such as `svc_01jd3m...`: 48 bits of time in milliseconds, then 80 random bits, in Crockford's base 32 (a ULID, lower case).
 * Ids sort by the time they were made. `random` holds at least 16 random bytes.
 */
export const createId = <P extends keyof IdByPrefix>(prefix: P, timeMs: number, random: Uint8Array): IdByPrefix[P] => {
  let time = ''
  for (let rest = timeMs; time.length < timeCharacters; rest = Math.floor(rest / 32)) time = alphabet[rest % 32] + time
  const noise = [...random.subarray(0, randomCharacters)].map(byte => alphabet[byte % 32]).join('')
  return `${prefix}_${time}${noise}` as IdByPrefix[P]
}
