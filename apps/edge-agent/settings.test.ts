import { parseSettings } from '@parcela/kit'
import { expect, test } from 'vitest'
import { challengesOf, edgeAgentSettings } from './settings.ts'

const given = {
  PARCELA_EDGE_GATEWAY: 'https://parcela.example.org:8443',
  PARCELA_EDGE_TOKEN: `parcela_edge_${'x'.repeat(43)}`,
  PARCELA_EDGE_PUBLIC_KEY: 'MCow',
}
const read = (more: Record<string, string> = {}) => parseSettings(edgeAgentSettings, { ...given, ...more }, 'PARCELA_')

test("challenges are sent on to port 80 of the page's host, or where the setting says", () => {
  expect(challengesOf(read())).toBe('http://parcela.example.org')
  expect(challengesOf(read({ PARCELA_EDGE_GATEWAY: 'https://[2001:db8::1]:8443' }))).toBe('http://[2001:db8::1]')
  expect(challengesOf(read({ PARCELA_EDGE_CHALLENGES: 'http://10.0.0.5:8080' }))).toBe('http://10.0.0.5:8080')
})

test.each([
  ['PARCELA_EDGE_GATEWAY', 'http://parcela.example.org', 'must begin with https://'],
  ['PARCELA_EDGE_TOKEN', 'secret', 'must be the token that the gateway showed for this edge'],
  ['PARCELA_EDGE_CHALLENGES', 'https://parcela.example.org', 'must begin with http://'],
  ['PARCELA_BIND', 'here', 'must be an IP address'],
  ['PARCELA_EGDE_CA', '/ca.pem', 'there is no such setting'],
])('%s=%s: %s', (name, value, problem) => {
  expect(() => read({ [name]: value })).toThrow(`${name}: ${problem}`)
})
