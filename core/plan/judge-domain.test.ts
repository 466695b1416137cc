import { describe, expect, test } from 'vitest'
import type { Looked } from '../ports/name-lookup.ts'
import { judgeDomain } from './judge-domain.ts'

const nothing: Looked = { aliases: [], ipv4: [], ipv6: [], is_loop: false }
const judge = (looked: Partial<Looked>, texts: readonly string[] = []) =>
  judgeDomain({
    name: 'www.example.org',
    proof: 'secret-of-a',
    host: 'a.apps.example',
    addresses: ['192.0.2.1', '2001:db8::1'],
    looked: { ...nothing, ...looked },
    texts,
  })

describe('a domain is proved', () => {
  test('by CNAMEs that lead through the service’s own name, whatever comes after it', () => {
    const found = judge({ aliases: ['cdn.example.org', 'a.apps.example'], ipv4: ['192.0.2.1'] })
    expect(found).toEqual({ points_here: true, is_proved: true, has_text_proof: false, problem: null })
  })

  test('by addresses that are all the edge’s and the text, however IPv6 is spelled', () => {
    const looked = { ipv4: ['192.0.2.1'], ipv6: ['2001:0db8:0:0::0001'] }
    expect(judge(looked, ['v=spf1 -all', 'parcela=secret-of-a'])).toMatchObject({ is_proved: true, problem: null })
  })

  test('not by the service name of another, nor by a text without addresses', () => {
    expect(judge({ aliases: ['b.apps.example'], ipv4: ['192.0.2.1'] })).toMatchObject({ is_proved: false })
    expect(judge({}, ['parcela=secret-of-a'])).toMatchObject({ is_proved: false, has_text_proof: true })
  })
})

describe('what is wrong is told with what was seen and what to set', () => {
  test.each([
    ['no_records', {}, [], /no address yet. Set a CNAME to a.apps.example, or A and AAAA .*192.0.2.1, 2001:db8::1/],
    ['points_elsewhere', { ipv4: ['198.51.100.7'] }, [], /leads to 198.51.100.7 and not here/],
    ['points_partly_elsewhere', { ipv4: ['192.0.2.1', '198.51.100.7'] }, [], /also to 198.51.100.7/],
    ['proof_missing', { ipv4: ['192.0.2.1'] }, [], /TXT record _parcela.www.example.org with the text parcela=secret/],
    ['proof_wrong', { ipv6: ['2001:db8::1'] }, ['parcela=other'], /says "parcela=other"/],
    ['cname_leads_nowhere', { aliases: ['old.example.net'] }, [], /www.example.org -> old.example.net/],
    ['cname_loop', { aliases: ['b.example.org', 'www.example.org'], is_loop: true }, [], /-> www.example.org/],
  ] as const)('%s', (reason, looked, texts, message) => {
    const { problem, is_proved } = judge(looked, texts)
    expect(is_proved).toBe(false)
    expect(problem).toMatchObject({ code: 'rejected', reason })
    expect(problem?.message).toMatch(message)
  })

  test('a stranger’s long text is cut', () => {
    expect(judge({ ipv4: ['192.0.2.1'] }, ['x'.repeat(5000)]).problem?.message.length).toBeLessThan(500)
  })

  test('a loop through the service’s own name proves nothing', () => {
    expect(judge({ aliases: ['a.apps.example', 'www.example.org'], is_loop: true }).is_proved).toBe(false)
  })
})
