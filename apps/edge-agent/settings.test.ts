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
  [
    'PARCELA_EDGE_GATEWAY',
    'http://parcela.example.org',
    'must be the address of the page, such as https://parcela.example.org',
  ],
  ['PARCELA_EDGE_TOKEN', 'secret', 'must be the token that the gateway showed for this edge'],
  [
    'PARCELA_EDGE_CHALLENGES',
    'https://parcela.example.org',
    'must be the plain HTTP of the main edge, such as http://parcela.example.org',
  ],
  ['PARCELA_BIND', 'here', 'must be an IP address'],
  ['PARCELA_EGDE_CA', '/ca.pem', 'there is no such setting'],
])('%s=%s: %s', (name, value, problem) => {
  expect(() => read({ [name]: value })).toThrow(`${name}: ${problem}`)
})

test('what has to be given is asked for in words', () => {
  const missing = () => parseSettings(edgeAgentSettings, {}, 'PARCELA_')
  expect(missing).toThrow('PARCELA_EDGE_GATEWAY: must be the address of the page')
  expect(missing).toThrow('PARCELA_EDGE_TOKEN: must be the token that the gateway showed')
  expect(missing).toThrow('PARCELA_EDGE_PUBLIC_KEY: must be the key that the gateway showed')
})
