import type { StatusReason } from '@parcela/contract'
import type { Looked } from '../ports/name-lookup.ts'

export type DomainFinding = {
  /** Visitors of the name come to this platform. */
  points_here: boolean
  /** The owner of the name says that it is this service's: by a CNAME that leads through the service's own name, or by the TXT record. */
  is_proved: boolean
  has_text_proof: boolean
  /** What is missing or wrong, and what to set; null where nothing is. */
  problem: StatusReason | null
}

type Asked = {
  name: string
  proof: string
  /** The service's own name below the platform's domain. */
  host: string
  /** The edge's own addresses. */
  addresses: readonly string[]
  looked: Looked
  /** What is published at `_parcela.<name>`. */
  texts: readonly string[]
}

/** The name at which a domain's proof is published. */
export const proofName = (name: string): string => `_parcela.${name}`

/** What the world's DNS says of a custom domain: whether it leads here and whose it is. */
export const judgeDomain = (asked: Asked): DomainFinding => {
  const { host, looked } = asked
  const seen = [...looked.ipv4, ...looked.ipv6]
  const leadsThroughService = !looked.is_loop && looked.aliases.includes(host)
  const isAtEdge = seen.length > 0 && seen.every(address => isOneOf(asked.addresses, address))
  const points_here = leadsThroughService || isAtEdge
  const has_text_proof = asked.texts.includes(proofText(asked.proof))
  const is_proved = leadsThroughService || (isAtEdge && has_text_proof)
  return { points_here, is_proved, has_text_proof, problem: is_proved ? null : explain(asked, { points_here }) }
}

const proofText = (proof: string): string => `parcela=${proof}`

const explain = (asked: Asked, { points_here }: { points_here: boolean }): StatusReason => {
  const { name, looked, texts, addresses, host } = asked
  const seen = [...looked.ipv4, ...looked.ipv6]
  const foreign = seen.filter(address => !isOneOf(addresses, address))
  const set = `Set a CNAME to ${host}, or A and AAAA records to ${addresses.join(', ')} together with ${txt(asked)}.`
  const chain = [name, ...looked.aliases].join(' -> ')
  const values = {
    ...(looked.aliases.length > 0 ? { seen_cname: chain } : {}),
    ...(seen.length > 0 ? { seen_addresses: seen.join(', ') } : {}),
    ...(texts.length > 0 ? { seen_text: shorten(texts.join(' | ')) } : {}),
    host,
    addresses: addresses.join(', '),
    proof_name: proofName(name),
    proof: proofText(asked.proof),
    route_is_set: Number(points_here),
    proof_is_set: Number(texts.includes(proofText(asked.proof))),
  }
  const say = (reason: string, message: string): StatusReason => ({
    code: 'rejected',
    message,
    step: 'check-domain',
    reason,
    values,
  })

  if (looked.is_loop)
    return say('cname_loop', `The CNAME records of ${name} lead in a circle or never end: ${chain}. ${set}`)
  if (points_here && texts.length === 0)
    return say('proof_missing', `${name} leads here; what is missing is ${txt(asked)}, which says whose it is.`)
  if (points_here)
    return say(
      'proof_wrong',
      `${name} leads here, but its TXT record at ${proofName(name)} says "${shorten(texts.join(' | '))}"; what is missing is ${txt(asked)}.`,
    )
  if (seen.length === 0 && looked.aliases.length > 0)
    return say('cname_leads_nowhere', `${name} leads to a name without addresses: ${chain}. ${set}`)
  if (seen.length === 0) return say('no_records', `${name} has no address yet. ${set}`)
  if (foreign.length < seen.length)
    return say(
      'points_partly_elsewhere',
      `${name} leads here and also to ${foreign.join(', ')}; remove those records, or visitors and certificate checks end up elsewhere.`,
    )
  return say('points_elsewhere', `${name} leads to ${foreign.join(', ')} and not here. ${set}`)
}

const txt = ({ name, proof }: Asked): string => `a TXT record ${proofName(name)} with the text ${proofText(proof)}`

/** What strangers publish is shown to people and kept: at most so much of it. */
const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)} ...` : text)

/** IPv6 addresses have many spellings. */
const isOneOf = (addresses: readonly string[], address: string): boolean =>
  addresses.some(ours => spelled(ours) === spelled(address))

const spelled = (address: string): string => (address.includes(':') ? new URL(`http://[${address}]`).hostname : address)
