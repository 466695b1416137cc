import { SettingsError } from '@parcela/kit'
import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

const problemsOf = (environment: NodeJS.ProcessEnv): readonly string[] => {
  try {
    readSettings(environment)
    return []
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return error.problems
  }
}

test('nothing has to be set', () => {
  const settings = readSettings({ PATH: '/usr/bin' })
  expect(settings.panelUrl).toBe('https://parcela.localhost:8443')
  expect(settings.serviceUrl('hola')).toBe('https://hola.apps.localhost:8443')
  expect(settings.edgeAddresses).toEqual({ ipv4: ['127.0.0.1'], ipv6: ['::1'] })
})

test('a setting that is empty counts as not set', () => {
  expect(readSettings({ PARCELA_HTTPS_PORT: '' }).PARCELA_HTTPS_PORT).toBe(8443)
})

test('numbers are read as they are written', () => {
  const settings = readSettings({
    PARCELA_HTTPS_PORT: '443',
    PARCELA_DRAIN_SECONDS: '0.5',
    PARCELA_RETENTION_DAYS: '0',
  })
  expect(settings.panelUrl).toBe('https://parcela.localhost')
  expect(settings.PARCELA_DRAIN_SECONDS).toBe(0.5)
  expect(settings.PARCELA_RETENTION_DAYS).toBe(0)
})

test.each([
  ['PARCELA_HTTP_PORT', 'abc', 'must be a port from 1 to 65535'],
  ['PARCELA_HTTP_PORT', '0', 'must be a port from 1 to 65535'],
  ['PARCELA_HTTP_PORT', '70000', 'must be a port from 1 to 65535'],
  ['PARCELA_BIND', 'localhost', 'must be an IP address, such as 127.0.0.1 or 0.0.0.0'],
  ['PARCELA_PANEL_HOST', `${'a.'.repeat(130)}org`, 'must be a lower-case domain name, such as apps.example.org'],
  ['PARCELA_APPS_DOMAIN', 'localhost', 'must be a lower-case domain name, such as apps.example.org'],
  ['PARCELA_EDGE_ADDRESSES', '127.0.0.1,here', 'must be IP addresses, separated by commas'],
  ['PARCELA_ADMIN_EMAIL', 'ana', 'must be an e-mail address'],
  ['PARCELA_ADMIN_PASSWORD', 'short', 'must have at least 10 characters'],
  ['PARCELA_ADMIN_PASSWORD', 'x'.repeat(300), 'must have at most 256 characters'],
  ['PARCELA_SIGN_UP', 'yes', 'must be open, invite or closed'],
  ['DATABASE_URL', 'mysql://host/db', 'must begin with postgresql://'],
  ['PARCELA_PORT_RANGE', '30000-20000', 'must rise, within 1024-65535'],
  ['PARCELA_PUBLISH_ADDRESS', 'lan', 'must be an IPv4 address, such as 127.0.0.1'],
  [
    'PARCELA_PUBLISH_ADDRESS',
    '0.0.0.0',
    'must be one address of this host, where other edges reach it, not all of them',
  ],
  ['PARCELA_SUBNETS', '999.1.1.1/12', 'must be an IPv4 range from a /8 to a /24, such as 10.208.0.0/12'],
  ['PARCELA_SUBNETS', '10.0.0.0/30', 'must be an IPv4 range from a /8 to a /24, such as 10.208.0.0/12'],
  // Were it read as zero, files would be deleted at once.
  ['PARCELA_RETENTION_DAYS', ' ', 'must be a whole number from 0 to 3650'],
  ['PARCELA_RETENTION_DAYS', '-1', 'must be a whole number from 0 to 3650'],
  ['PARCELA_UPLOAD_LIMIT_FILES', '1.5', 'must be a whole number from 1 to 1000000'],
  ['PARCELA_DRAIN_SECONDS', 'soon', 'must be a number from 0 to 600'],
  ['PARCELA_SAMPLE', 'true', 'must be on or off'],
  ['PARCELA_LOG_LEVEL', 'loud', 'must be debug, info, warn or error'],
  ['PARCELA_HTPS_PORT', '8443', 'there is no such setting'],
])('%s=%s: %s', (name, value, problem) => {
  expect(problemsOf({ [name]: value })).toEqual([`${name}: ${problem}`])
})

test('everything that is wrong is told at once', () => {
  expect(problemsOf({ PARCELA_HTTPS_PORT: 'x', PARCELA_BIND: 'y' })).toHaveLength(2)
})

test.each([
  [{ PARCELA_HTTP_PORT: '8443' }, 'PARCELA_HTTP_PORT: is the same as PARCELA_HTTPS_PORT'],
  [{ PARCELA_DNS_PORT: '8443' }, 'PARCELA_DNS_PORT: is the same as PARCELA_HTTPS_PORT'],
  [{ PARCELA_HTTPS_PORT: '20500' }, 'PARCELA_HTTPS_PORT: lies in PARCELA_PORT_RANGE, where a container may take it'],
  [
    { PARCELA_PANEL_HOST: 'panel.apps.localhost' },
    "PARCELA_PANEL_HOST: lies in PARCELA_APPS_DOMAIN; a tenant's site would share its cookies",
  ],
  [
    { PARCELA_APPS_DOMAIN: 'apps.parcela.localhost' },
    "PARCELA_APPS_DOMAIN: lies below PARCELA_PANEL_HOST; a tenant's site could set cookies for the page",
  ],
  [
    { PARCELA_DOCKER_API_URL: 'https://docker.example.org:8444' },
    'PARCELA_DOCKER_API_TOKEN: is needed with PARCELA_DOCKER_API_URL',
  ],
  [
    {
      PARCELA_DOCKER_API_URL: 'https://docker.example.org:8444',
      PARCELA_DOCKER_API_TOKEN: 'x'.repeat(32),
      PARCELA_PUBLISH_ADDRESS: '10.0.0.5',
    },
    'PARCELA_PUBLISH_ADDRESS: is of no use with PARCELA_DOCKER_API_URL; set PARCELA_DOCKER_API_PUBLISH where that API Docker runs',
  ],
  [
    { PARCELA_DNS_SECONDARY_NAMES: 'ns2.example.org' },
    'PARCELA_DNS_SECONDARIES: is needed with PARCELA_DNS_SECONDARY_NAMES',
  ],
])('settings that do not fit each other are refused: %j', (environment, problem) => {
  expect(problemsOf(environment)).toEqual([problem])
})
