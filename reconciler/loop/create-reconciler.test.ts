import { AppError } from '@parcela/contract'
import { expect, test } from 'vitest'
import { createReconciler } from './create-reconciler.ts'
import { createTestWorld, testOptions } from './test-world.ts'

/** A world in which a service ran, and whose edge and name server then lost everything. */
const startAgain = async () => {
  const world = createTestWorld()
  await world.resync()
  const spec = await world.desired.addService()
  await world.drain()
  await world.resync()
  await world.edge.replaceRoutes([])
  await world.edge.removeCertificates([['*.apps.localhost'], ['parcela.localhost']])
  await world.nameServer.replaceRecords([])
  return { world, host: `${spec.name}.apps.localhost`, reconciler: createReconciler(world.ports, testOptions) }
}

test('a start fills name server and edge from what the database and the disk hold, names first', async () => {
  const { world, host, reconciler } = await startAgain()
  const order: string[] = []
  world.nameServer.intercept(method => order.push(`names ${method}`))
  world.edge.intercept(method => order.push(`edge ${method}`))
  await reconciler.start()
  expect(order[0]).toBe('names replaceRecords')
  expect(order.indexOf('edge ensureCertificates')).toBeLessThan(order.indexOf('edge replaceRoutes'))
  expect(world.liveRoute(host)).toMatchObject({ state: 'serving', policy: { https_redirect: true } })
  expect(await world.nameServer.listRecords()).toHaveLength(2)
  expect(world.certificates.countIssued()).toBe(2)
  await reconciler.stop()
})

test('a start waits neither for a name server nor for an authority that is down or slow', async () => {
  const { world, host, reconciler } = await startAgain()
  for (const names of [['*.apps.localhost'], ['parcela.localhost']]) world.certificates.breakStored(names)
  world.nameServer.failAll(new AppError('unavailable', 'the name server does not answer'))
  let isEnded = false
  world.certificates.issueCertificate = (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        isEnded = true
        reject(signal.reason)
      })
    })
  await reconciler.start()
  expect(world.liveRoute(host)).toMatchObject({ state: 'serving' })
  await expect.poll(() => world.liveRoute(host)?.policy.https_redirect, { timeout: 10_000 }).toBe(false)
  expect(isEnded).toBe(false)
  await reconciler.stop()
  expect(isEnded).toBe(true)
}, 20_000)

test('what is kept of the records follows a new service soon', async () => {
  const { world, reconciler } = await startAgain()
  await reconciler.start()
  const before = (await world.observed.listRecords()).length
  await world.desired.addService()
  await expect.poll(async () => (await world.observed.listRecords()).length, { timeout: 5_000 }).toBe(before + 2)
  await reconciler.stop()
})
