import { expect, test } from 'vitest'
import { parseChallengeUpstream } from './parse-challenge-upstream.ts'

test.each([
  [
    'http://parcela.example.org',
    { host: 'parcela.example.org', port: 80, resolvers: ['192.0.2.53', '[2001:db8::53]'] },
  ],
  [
    'http://parcela.example.org:8080/',
    { host: 'parcela.example.org', port: 8080, resolvers: ['192.0.2.53', '[2001:db8::53]'] },
  ],
  ['http://192.0.2.1:8080', { host: '192.0.2.1', port: 8080, resolvers: [] }],
  ['http://[2001:db8::1]', { host: '[2001:db8::1]', port: 80, resolvers: [] }],
  ['http://parcela.localhost:8080', { host: '127.0.0.1', port: 8080, resolvers: [] }],
])('%s is an edge that answers challenges', (text, expected) => {
  expect(parseChallengeUpstream(text, ['192.0.2.53', '2001:db8::53', 'fe80::1%eth0'])).toEqual(expected)
})

test.each([
  'https://parcela.example.org',
  'http://parcela.example.org/path',
  'http://ana:secret@parcela.example.org',
  'http://parcela.example.org/?a=b',
  'http://$host',
  'http://a";b',
  'parcela.example.org',
  '',
])('%j is none', text => {
  expect(() => parseChallengeUpstream(text, [])).toThrow('PARCELA_EDGE_CHALLENGES has to be a URL of plain HTTP')
})
