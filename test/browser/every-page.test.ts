import { gzipSync } from 'node:zlib'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, createClient, type Parcela, startParcela } from '../system/support/index.ts'
import { launchBrowser, type TestBrowser } from './support/launch-browser.ts'
import { pageSaying } from './support/make-site.ts'
import {
  describeVisit,
  findBarriers,
  openAddress,
  overflowOf,
  signIn,
  type Visit,
  visit,
} from './support/page-visit.ts'

let parcela: Parcela
let client: Client
let chromium: TestBrowser
let serviceId: string

beforeAll(async () => {
  parcela = await startParcela()
  client = createClient(parcela)
  await client.signIn()
  chromium = await launchBrowser(parcela)
  const service = await client.publish({ 'index.html': pageSaying('one') }, { name: 'meadow' })
  await client.waitFor(service.id, 'running')
  const release = await client.publishAgain(service.id, { 'index.html': pageSaying('two') })
  await client.waitForRelease(service.id, release.id)
  serviceId = service.id
})

afterAll(async () => {
  await chromium?.close()
  await client?.close()
  await parcela?.stop()
})

const withVisit = async (options: BrowserContextOptions, act: (visit: Visit) => Promise<void>): Promise<void> => {
  const visited = await visit(chromium.browser, parcela, options)
  try {
    await act(visited)
  } catch (error) {
    throw await describeVisit(visited, error)
  } finally {
    await visited.context.close()
  }
}

const looks: [name: string, options: BrowserContextOptions][] = [
  ['English, light, wide', { locale: 'en', colorScheme: 'light' }],
  ['Spanish, dark, wide', { locale: 'es', colorScheme: 'dark' }],
  ['Spanish, light, 390 px', { locale: 'es-MX', colorScheme: 'light', viewport: { width: 390, height: 844 } }],
  ['English, dark, 390 px', { locale: 'en-GB', colorScheme: 'dark', viewport: { width: 390, height: 844 } }],
]

const places: [path: () => string, isThere: (page: Page) => Promise<unknown>][] = [
  [() => '/', page => page.getByRole('link', { name: 'meadow', exact: true }).waitFor()],
  [() => '/?q=nothing-like-it', page => page.getByText(/No site matches|Ningún sitio coincide/).waitFor()],
  [() => '/new', page => page.getByRole('radio').first().waitFor()],
  [() => `/services/${serviceId}`, page => page.getByText(/release 2|versión 2/).waitFor()],
  [
    () => `/services/${serviceId}?tab=releases`,
    page => page.getByRole('button', { name: /Roll back|Volver/ }).waitFor(),
  ],
  [() => `/services/${serviceId}?tab=logs`, page => page.getByRole('log').waitFor()],
  [() => `/services/${serviceId}?tab=settings`, page => page.getByRole('radio').first().waitFor()],
  [() => '/services/svc_none', page => page.getByText(/nothing on this plot|no hay nada/).waitFor()],
  [() => '/nowhere', page => page.getByText(/nothing on this plot|no hay nada/).waitFor()],
]

describe.each(looks)('every page in %s', (_, options) => {
  it('has no barriers, fits its window and breaks nothing', async () => {
    await withVisit(options, async ({ page, complaints }) => {
      const findings: string[] = []
      const check = async (name: string): Promise<void> => {
        for (const barrier of await findBarriers(page)) findings.push(`${name}: ${barrier}`)
        const overflow = await overflowOf(page)
        if (overflow > 0) findings.push(`${name}: ${overflow} px wider than its window`)
      }
      await page.getByRole('heading', { level: 1 }).waitFor()
      await check('sign in')
      await signIn(page, parcela)
      for (const [path, isThere] of places) {
        await openAddress(page, new URL(path(), parcela.url).href)
        await isThere(page)
        await check(path())
      }
      await openAddress(page, new URL(`/services/${serviceId}?tab=settings`, parcela.url).href)
      await page.getByRole('button', { name: /^(Delete this site|Borrar este sitio)$/ }).click()
      await page.getByRole('dialog').waitFor()
      await check('the question before deleting')
      expect(findings).toEqual([])
      expect(complaints).toEqual([])
    })
  })
})

describe('language and appearance', () => {
  it('follow the browser at first, and are remembered once chosen', async () => {
    await withVisit({ locale: 'es-AR', colorScheme: 'light' }, async ({ page }) => {
      await page.getByRole('button', { name: 'Entrar' }).waitFor()
      expect(await page.evaluate('document.documentElement.lang')).toBe('es')
      await page.getByRole('button', { name: /^Idioma/ }).click()
      await page.getByRole('menuitem', { name: 'English' }).click()
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
      await page.getByRole('button', { name: /^Appearance/ }).click()
      await page.getByRole('menuitem', { name: 'Dark' }).click()
      await page.reload()
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
      expect(await page.evaluate('document.documentElement.lang')).toBe('en')
      expect(await page.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe('dark')
    })
  })
})

/** The list is read every 20 s while nothing happens. */
const noticeMs = 50_000

describe('a connection that is lost', () => {
  it('is said quietly, and heals by itself', async () => {
    await withVisit({}, async ({ page, context }) => {
      await signIn(page, parcela)
      await context.setOffline(true)
      await page.getByText('No connection.').waitFor({ timeout: noticeMs })
      expect(await page.getByRole('link', { name: 'meadow', exact: true }).isVisible()).toBe(true)
      await context.setOffline(false)
      await page.getByText('No connection.').waitFor({ state: 'detached', timeout: noticeMs })
    })
  })
})

describe('the first load', () => {
  it('of the list of sites needs at most 200 KB of compressed script', async () => {
    await withVisit({}, async first => {
      await signIn(first.page, parcela)
      const session = await first.context.storageState()
      await first.context.close()
      const context = await chromium.browser.newContext({ storageState: session })
      const page = await context.newPage()
      const scripts: Promise<Buffer>[] = []
      page.on('response', response => {
        if (response.request().resourceType() === 'script') scripts.push(response.body())
      })
      await openAddress(page, parcela.url)
      await page.getByRole('link', { name: 'meadow', exact: true }).waitFor()
      const bytes = (await Promise.all(scripts)).reduce((sum, body) => sum + gzipSync(body).length, 0)
      await context.close()
      expect(scripts.length).toBeGreaterThan(0)
      expect(bytes).toBeLessThanOrEqual(200_000)
    })
  })
})
