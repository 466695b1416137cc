import { z } from 'zod'
import { decodeLabel } from './decode-label.ts'
import { mixesScripts } from './mixes-scripts.ts'

export type DomainName = {
  /** As in DNS: lower case, international labels in their `xn--` form, without the final dot. */
  name: string
  /** As people write it. */
  display_name: string
  /** A label has letters of scripts that no language writes together: it may imitate another name. */
  is_mixed_script: boolean
}

/** Names that the DNS does not hold (RFC 6761, 6762, 7686, 9476). Others that are for private use, such as `test` and `internal`, may be in a DNS of one's own. */
const reserved = new Set(['localhost', 'local', 'invalid', 'onion', 'alt', 'arpa'])

/**
 * A host name that somebody may bring: what people write in, what the DNS holds out. Only its form is checked; whose it is, and whether it is
 * the platform's own or a whole registry's, is the gateway's to say. Host names as in RFC 1123 and 5890, international ones by UTS 46.
 */
export const domainName = z.string('must be text').transform((text, context): DomainName => {
  const problem = findWritingProblem(text)
  const name = problem ? undefined : toAscii(text)
  const found = problem ?? (name === undefined ? 'is not a name that can be in DNS' : findNameProblem(name))
  if (found !== undefined || name === undefined) {
    context.addIssue(found ?? 'is not a name that can be in DNS')
    return z.NEVER
  }
  return describeDomainName(name)
})

/** How a name in DNS form is shown to people. */
export const describeDomainName = (name: string): DomainName => {
  const labels = name.split('.').map(label => decodeLabel(label) ?? label)
  return { name, display_name: labels.join('.'), is_mixed_script: labels.some(mixesScripts) }
}

/** What can be seen before the name is brought into its form. */
const findWritingProblem = (text: string): string | undefined => {
  if (text === '') return 'is empty'
  if (text.includes('*')) {
    return 'is a wildcard; those are not offered, because each name is proved and certified by itself: add the names one by one'
  }
  if (/^\[?[0-9a-f:]*:[0-9a-f:.]*\]?$/i.test(text) && text.split(':').length > 2) return isAddress
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /[/?#@:\\]/.test(text)) {
    return 'must be the name alone, without https://, port and path, such as www.example.org'
  }
  // Also what URLs would decode or drop, which then were another name than the one that was read.
  if (/[\s%_\p{Control}\p{Format}!-,;-@[-^`{-~]/u.test(text)) {
    return 'may only hold letters, digits, hyphens and dots'
  }
  return undefined
}

const isAddress = 'is an IP address; a name is needed, such as www.example.org'

/** By UTS 46, which the URL standard uses: in a browser, too. Undefined for what is no host. */
const toAscii = (text: string): string | undefined => {
  const url = `http://${text}`
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : undefined
}

const findNameProblem = (name: string): string | undefined => {
  const labels = name.split('.')
  const last = labels.at(-1) ?? ''
  if (/^\d+(\.\d+){3}$/.test(name)) return isAddress
  if (labels.some(label => label === '')) return 'has nothing between two dots'
  if (name.length > 253) return 'is longer than 253 characters'
  if (labels.some(label => label.length > 63)) return 'has a part between dots that is longer than 63 characters'
  if (labels.some(label => label.startsWith('-') || label.endsWith('-'))) {
    return 'has a part between dots that begins or ends with a hyphen'
  }
  if (!labels.every(isLabel)) return 'is not a name that can be in DNS'
  if (reserved.has(last) && !/(^|\.)home\.arpa$/.test(name))
    return `ends in .${last}, which is not in the DNS of the world`
  if (labels.length < 2) return 'has one part only; a domain has two or more, such as example.org'
  if (/^\d+$/.test(last)) return 'ends in a number, which no domain does'
  return undefined
}

const isLabel = (label: string): boolean => {
  if (!/^[a-z0-9-]+$/.test(label)) return false
  if (label.slice(2, 4) !== '--') return true
  // Browsers and DNS must agree on what an encoded label stands for.
  const text = decodeLabel(label)
  return text !== undefined && text !== label && text !== '' && toAscii(text) === label
}
