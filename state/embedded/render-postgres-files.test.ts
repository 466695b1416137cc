import { expect, test } from 'vitest'
import { renderConfiguration, renderHostBasedAccess, renderIdentities } from './render-postgres-files.ts'

test('the server listens on its socket alone and waits for the disk', () => {
  const text = renderConfiguration({ socketDirectory: '/run/it', hbaFile: '/a/hba', identFile: '/a/ident' })
  for (const line of [
    "listen_addresses = ''",
    "unix_socket_directories = '/run/it'",
    "fsync = 'on'",
    "synchronous_commit = 'on'",
  ]) {
    expect(text.split('\n')).toContain(line)
  }
})

test('quotes and backslashes in paths stay inside their value', () => {
  const text = renderConfiguration({ socketDirectory: "/o'brien\\x", hbaFile: 'h', identFile: 'i' })
  expect(text).toContain("unix_socket_directories = '/o''brien\\\\x'")
})

test('the kernel says who comes in, and only the named users may', () => {
  expect(renderHostBasedAccess()).toBe('local all all peer map=parcela\n')
  expect(renderIdentities(['root', 'ana', 'root'])).toBe(
    ['root', 'ana']
      .flatMap(user => ['parcela', 'parcela_app', 'postgres'].map(role => `parcela "${user}" ${role}\n`))
      .join(''),
  )
})
