import type { DomainAnswer } from '@parcela/contract'
import { run, waitUntil } from '@parcela/kit'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, createClient, createLoopbackAgent, type Parcela, startParcela } from './support/index.ts'
import { appsDomain, type NamesWorld, panelHost, startNamesWorld } from './support/start-names-world.ts'

let world: NamesWorld
let parcela: Parcela
let client: Client
let root: string

const open = async (server: 'embedded' | 'rfc2136', zone: string, records: string[]) => {
  world = await startNamesWorld(server, [{ name: zone, records }])
  parcela = await startParcela({ settings: { ...world.settings, PARCELA_RESYNC_SECONDS: '2' } })
  root = await world.pebble.rootCertificate()
  // The page answers with the local CA's certificate until the authority's is there.
  client = createClient({ ...parcela, url: parcela.url, ca: `${parcela.ca}\n${root}` })
  await client.signIn()
}
const close = async () => {
  await client?.close()
  await parcela?.stop()
  await world?.stop()
}

const ask = async (url: string) => {
  // A new one each time: a connection or a TLS session that is remembered shows no certificate.
  const dispatcher = createLoopbackAgent(root)
  try {
    const { statusCode, headers, body } = await request(url, { dispatcher })
    return { status: statusCode, headers, body: await body.text() }
  } finally {
    await dispatcher.destroy()
  }
}
const visit = (host: string, path = '/') => ask(`https://${host}:${parcela.ports.https}${path}`)
const visitPlain = (host: string, path = '/') => ask(`http://${host}:${world.settings.PARCELA_HTTP_PORT}${path}`)
const isTrusted = (host: string) =>
  visit(host).then(
    () => true,
    () => false,
  )
const until = (look: () => Promise<boolean>, what: string, timeoutMs = 90_000) =>
  waitUntil(look, { timeoutMs, everyMs: 250, what })
const domainsOf = async (id: string): Promise<DomainAnswer[]> => {
  const { body } = await client.ask('GET', `/services/${id}/domains`)
  return (body as { items: DomainAnswer[] }).items
}
const domainOf = async (id: string, name: string) => (await domainsOf(id)).find(domain => domain.name === name)
const untilDomain = async (id: string, name: string, status: DomainAnswer['status']): Promise<DomainAnswer> => {
  let last: DomainAnswer | undefined
  try {
    return await waitUntil(
      async () => {
        last = await domainOf(id, name)
        return last?.status === status && last.checked_at !== null ? last : undefined
      },
      { timeoutMs: 90_000, everyMs: 250, what: `${name} to be ${status}` },
    )
  } catch (cause) {
    throw new Error(`${name} is ${JSON.stringify(last, null, 2)}`, { cause })
  }
}
const countOrders = async () => (await world.pebble.readLog()).match(/order-plz/g)?.length ?? 0

describe('with a name server of our own', () => {
  beforeAll(() =>
    open('embedded', 'tienda.test', ['www CNAME hola.sites.test.', 'other CNAME elsewhere', 'elsewhere A 192.0.2.9']),
  )
  afterAll(close)

  test('the page and the wildcard have certificates of the authority before anybody asks for a service', async () => {
    await until(() => isTrusted(panelHost), 'the certificate of the page')
    const { stdout } = await run(['dig', '+short', '@127.0.0.1', '-p', String(world.dns.port), panelHost, 'A'], {
      timeoutMs: 10_000,
    })
    expect(stdout.trim()).toBe('127.0.0.1')
  })

  test('a new service is served over the wildcard, and the authority is asked for nothing', async () => {
    await until(async () => (await countOrders()) >= 2, 'both orders')
    const before = await countOrders()
    const service = await client.publish({ 'index.html': 'hola' }, { name: 'hola' })
    await client.waitFor(service.id, 'running')
    await until(() => isTrusted(`hola.${appsDomain}`), 'the wildcard')
    expect(await visit(`hola.${appsDomain}`)).toMatchObject({ status: 200, body: 'hola' })
    expect((await visitPlain(`hola.${appsDomain}`, '/a?b=1')).headers.location).toBe(
      `https://hola.${appsDomain}:${parcela.ports.https}/a?b=1`,
    )
    expect(await countOrders()).toBe(before)
  })

  test('a domain whose CNAME leads to the service goes from "add" to HTTPS by itself', async () => {
    const { items } = await client.listServices()
    const id = items.find(({ name }) => name === 'hola')?.id ?? ''
    const added = await client.ask('POST', `/services/${id}/domains`, { json: { name: 'WWW.Tienda.test.' } })
    expect(added.status, added.text).toBe(202)
    expect(added.body).toMatchObject({ name: 'www.tienda.test' })
    const domain = await untilDomain(id, 'www.tienda.test', 'active')
    expect(domain.certificate?.serial).toMatch(/^[0-9a-f]+$/)
    const answer = await visit('www.tienda.test')
    expect(answer).toMatchObject({ status: 200, body: 'hola' })
    expect(answer.headers['strict-transport-security']).toMatch(/max-age=\d{7,}/)
    expect((await visitPlain('www.tienda.test')).status).toBe(308)
    // It took no second look: nothing had to be waited for.
    const { body } = await client.ask('GET', `/services/${id}`)
    expect(body).toMatchObject({ status: 'running', domains: ['www.tienda.test'] })
  })

  test('a whole domain waits for its address and its proof, says so, and then sends its visitors on', async () => {
    const { items } = await client.listServices()
    const id = items.find(({ name }) => name === 'hola')?.id ?? ''
    const added = await client.ask('POST', `/services/${id}/domains`, {
      json: { name: 'tienda.test', redirect_to: 'www.tienda.test' },
    })
    expect(added.status, added.text).toBe(202)
    const waiting = await untilDomain(id, 'tienda.test', 'waiting_for_dns')
    expect(waiting.status_reason?.message).toBeTruthy()
    const proof = waiting.records.find(({ type }) => type === 'TXT')
    expect(proof?.name).toBe('_parcela.tienda.test')

    await world.dns.update('tienda.test', ['update add tienda.test. 5 A 127.0.0.1'])
    await client.ask('POST', `/services/${id}/domains/tienda.test/check`)
    await until(async () => (await domainOf(id, 'tienda.test'))?.checked_at !== waiting.checked_at, 'the second look')
    expect((await domainOf(id, 'tienda.test'))?.status, 'an address alone proves nothing').toBe('waiting_for_dns')

    await world.dns.update('tienda.test', [`update add ${proof?.name}. 5 TXT "${proof?.value}"`])
    await client.ask('POST', `/services/${id}/domains/tienda.test/check`)
    await untilDomain(id, 'tienda.test', 'active')
    const sentOn = await visit('tienda.test', '/carro?x=1')
    expect(sentOn.status).toBe(308)
    expect(sentOn.headers.location).toBe(`https://www.tienda.test:${parcela.ports.https}/carro?x=1`)
  })

  test('a domain that leads elsewhere is explained, and harms nothing', async () => {
    const { items } = await client.listServices()
    const id = items.find(({ name }) => name === 'hola')?.id ?? ''
    await client.ask('POST', `/services/${id}/domains`, { json: { name: 'other.tienda.test' } })
    const waiting = await untilDomain(id, 'other.tienda.test', 'waiting_for_dns')
    expect(waiting.status_reason?.message).toContain('other.tienda.test')
    expect((await visit('www.tienda.test')).status).toBe(200)
    expect((await client.ask('DELETE', `/services/${id}/domains/other.tienda.test`)).status).toBe(204)
  })

  test('a removed domain is served no more, and its certificate is revoked', async () => {
    const { items } = await client.listServices()
    const id = items.find(({ name }) => name === 'hola')?.id ?? ''
    const { certificate } = (await domainOf(id, 'tienda.test')) ?? {}
    expect((await client.ask('DELETE', `/services/${id}/domains/tienda.test`)).status).toBe(204)
    await until(async () => !(await isTrusted('tienda.test')), 'the name to be closed')
    await until(() => world.pebble.isRevoked(certificate?.serial ?? ''), 'the revocation')
    expect((await visit('www.tienda.test')).status).toBe(200)
  })

  test('names, domains and certificates are there after a restart, and nothing is asked for again', async () => {
    const before = await countOrders()
    await parcela.restart()
    await client.signIn()
    await until(() => isTrusted('www.tienda.test'), 'the domain')
    expect((await visit('www.tienda.test')).body).toBe('hola')
    expect((await visit(`hola.${appsDomain}`)).body).toBe('hola')
    expect(await countOrders()).toBe(before)
  })

  test('deleting the service closes its domain, too', async () => {
    const { items } = await client.listServices()
    const id = items.find(({ name }) => name === 'hola')?.id ?? ''
    await client.remove(id)
    await until(async () => !(await isTrusted('www.tienda.test')), 'the domain to be closed')
  })
})

describe('with a name server that takes updates', () => {
  beforeAll(() => open('rfc2136', 'club.test', ['www CNAME liga.sites.test.']))
  afterAll(close)

  const dig = async (name: string, type: string): Promise<string> => {
    const argv = ['dig', '+short', '@127.0.0.1', '-p', String(world.dns.port), name, type] as const
    return (await run(argv, { timeoutMs: 10_000 })).stdout.trim()
  }

  test('names are written there, the wildcard is proved there, and what it loses is put back', async () => {
    const service = await client.publish({ 'index.html': 'liga' }, { name: 'liga' })
    await client.waitFor(service.id, 'running')
    expect(await dig(`liga.${appsDomain}`, 'A')).toBe('127.0.0.1')
    await until(() => isTrusted(`liga.${appsDomain}`), 'the wildcard')
    expect((await visit(`liga.${appsDomain}`)).body).toBe('liga')

    await world.dns.lose(appsDomain, ['keep A 192.0.2.7'])
    await until(async () => (await dig(`liga.${appsDomain}`, 'A')) === '127.0.0.1', 'the record to be back')
    expect(await dig(`keep.${appsDomain}`, 'A'), 'what is not ours is left alone').toBe('192.0.2.7')
  })

  test('while it is down the site goes on, and the status says why names wait', async () => {
    const { items } = await client.listServices()
    const liga = items.find(({ name }) => name === 'liga')
    await world.dns.stop()
    expect((await visit(`liga.${appsDomain}`)).body).toBe('liga')
    const second = await client.publish({ 'index.html': 'copa' }, { name: 'copa' })
    await until(async () => {
      const { status_reason, warnings } = await client.getService(second.id)
      return status_reason !== null || warnings.length > 0
    }, 'the reason in the status')
    await world.dns.start()
    await client.waitFor(second.id, 'running')
    await until(async () => (await dig(`copa.${appsDomain}`, 'A')) === '127.0.0.1', 'the record')
    expect(liga).toBeDefined()
  })

  test('a deleted service leaves no record and no mark', async () => {
    const { items } = await client.listServices()
    for (const { id } of items) await client.remove(id)
    const argv = [
      'dig',
      '+noall',
      '+answer',
      '@127.0.0.1',
      '-p',
      String(world.dns.port),
      '-k',
      world.dns.keyFile,
    ] as const
    const transfer = async () => (await run([...argv, appsDomain, 'AXFR'], { timeoutMs: 10_000 })).stdout
    await until(async () => !/copa|liga/.test(await transfer()), 'the records and marks to go')
    expect(await transfer(), 'what is not ours is left alone').toContain(`keep.${appsDomain}.`)
  })
})
