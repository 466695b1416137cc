import { silentLog } from '@parcela/kit'
import { expect, test } from 'vitest'
import { createRemoteRuntime } from './create-remote-runtime.ts'

const token = 'x'.repeat(43)

test('the token is not sent without TLS to another host', () => {
  expect(() => createRemoteRuntime({ url: 'http://10.0.0.5:7443', token, log: silentLog })).toThrow('https')
})

test('a host that is not there is unavailable, and its health says so', async () => {
  const runtime = createRemoteRuntime({ url: 'http://127.0.0.1:9', token, log: silentLog })
  await expect(runtime.listInstances()).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'host_down' } })
  expect(await runtime.checkHealth()).toMatchObject({ reachable: false, version: null })
})
