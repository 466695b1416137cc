import { request } from 'node:http'

/**
 * One HTTP GET of `path` at an address: the status of the answer, or undefined when nobody answers in time.
 * For knowing whether something is up; the body is not read.
 */
export const probeHttp = (target: {
  address: string
  port: number
  path: string
  timeoutMs: number
}): Promise<number | undefined> =>
  new Promise(resolve => {
    const { address, port, path, timeoutMs } = target
    const probe = request({
      host: address,
      port,
      path,
      agent: false,
      timeout: timeoutMs,
      headers: { 'user-agent': 'parcela-probe' },
    })
    probe.on('response', response => {
      resolve(response.statusCode)
      response.destroy()
    })
    probe.on('timeout', () => probe.destroy(new Error('no answer in time')))
    // Refused, reset and timed out all mean the same here: not up yet.
    probe.on('error', () => resolve(undefined))
    probe.end()
  })
