import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, createClient, type Parcela, startLoad, startParcela } from './support/index.ts'

let parcela: Parcela
let client: Client

beforeAll(async () => {
  parcela = await startParcela()
  client = createClient(parcela)
  await client.signIn()
})
afterAll(async () => {
  await client?.close()
  await parcela?.stop()
})

const publishes = 20
const releaseText = (number: number) => `release ${number}`

test('20 publishes under constant load through the edge fail no request', async () => {
  const { id } = await client.publish({ 'index.html': releaseText(0) }, { name: 'busy' })
  await client.waitFor(id, 'running')
  const known = new Set(Array.from({ length: publishes + 1 }, (_, number) => releaseText(number)))
  const load = startLoad({
    url: parcela.serviceUrl('busy'),
    ca: parcela.ca,
    perSecond: 50,
    check: ({ body }) => (known.has(body) ? undefined : `unknown content: ${body}`),
    limitMs: 180_000,
  })

  for (let number = 1; number <= publishes; number += 1) {
    const release = await client.publishAgain(id, { 'index.html': releaseText(number) })
    await client.waitForRelease(id, release.id)
    // Whoever asks after the release is live gets it, over old connections and new ones.
    expect((await client.fetchSite('busy')).body).toBe(releaseText(number))
  }

  const report = await load.stop()
  expect(report.failures).toEqual([])
  expect(report.sent).toBeGreaterThan(publishes * 10)
  expect(report.bodies.size).toBeGreaterThan(publishes / 2)
})
