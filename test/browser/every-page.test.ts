import { gzipSync } from 'node:zlib'
import type { ServiceAnswer } from '@parcela/contract'
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

/** States that a page gets into by itself or by hand: name -> how. */
const states: Record<string, (page: Page) => Promise<unknown>> = {
  'an open menu': async page => {
    await openAddress(page, parcela.url)
    await page.getByRole('button', { name: /^(Account|Cuenta)/ }).click()
    await page.getByRole('menuitem').first().waitFor()
  },
  'the search': async page => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByRole('option').first().waitFor()
  },
  'the search without results': async page => {
    await page.keyboard.type('zzz')
    await page.getByRole('dialog').getByText('“zzz”').or(page.getByText('«zzz»')).waitFor()
    await page.keyboard.press('Escape')
  },
  'no sites yet': async page => {
    await page.route('**/api/v1/services?*', route => route.fulfill({ json: { items: [], next: null } }))
    await openAddress(page, parcela.url)
    await page.getByTestId('folder-input').waitFor({ state: 'attached' })
    await page.unroute('**/api/v1/services?*')
  },
  'sites that cannot be loaded': async page => {
    await page.route('**/api/v1/services?*', route => route.fulfill({ status: 422, json: {} }))
    await openAddress(page, parcela.url)
    await page.getByRole('alert').filter({ hasText: /./ }).waitFor()
    await page.unroute('**/api/v1/services?*')
  },
  'a site that failed': async page => {
    await showService(page, { ...(await client.getService(serviceId)), ...failure })
    await page.getByText('Cannot bind').first().waitFor()
  },
  'a site that waits for its engine': async page => {
    const reason = { code: 'unavailable' as const, message: 'down', step: 'run-container', reason: 'engine_down' }
    await showService(page, { ...(await client.getService(serviceId)), status: 'updating', status_reason: reason })
    await page.getByText(/part of the platform|parte de la plataforma/).waitFor()
    await page.unrouteAll()
  },
  'files about to be published': async page => {
    await openAddress(page, new URL(`/services/${serviceId}`, parcela.url).href)
    await page
      .getByTestId('files-input')
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') })
    await page.getByText('a.txt').first().waitFor()
  },
}

const failure: Pick<ServiceAnswer, 'status' | 'status_reason'> = {
  status: 'failed',
  status_reason: {
    code: 'rejected',
    message: 'It ended.',
    step: 'await-healthy',
    reason: 'ended_by_itself',
    values: { exit_code: 1, last_lines: 'Cannot bind\nGiving up' },
  },
}

/** The page of a site about which the server would say this. */
const showService = async (page: Page, service: ServiceAnswer): Promise<void> => {
  await page.route(`**/api/v1/services/${service.id}`, route => route.fulfill({ json: service }))
  await page.route(`**/api/v1/services/${service.id}/events`, route =>
    route.fulfill({ contentType: 'text/event-stream', body: ':\n\n' }),
  )
  await openAddress(page, new URL(`/services/${service.id}`, parcela.url).href)
}

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
      await openAddress(page, new URL('/sign-up', parcela.url).href)
      await page.locator('button[type=submit]').click()
      await page.locator('[aria-invalid=true]').first().waitFor()
      await check('sign up, refused')
      await openAddress(page, new URL('/sign-in', parcela.url).href)
      await signIn(page, parcela)
      for (const [path, isThere] of places) {
        await openAddress(page, new URL(path(), parcela.url).href)
        await isThere(page)
        await check(path())
      }
      for (const [name, look] of Object.entries(states)) {
        await look(page)
        await check(name)
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
      await page.getByRole('menuitemradio', { name: 'English' }).click()
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
      await page.getByRole('button', { name: /^Appearance/ }).click()
      await page.getByRole('menuitemradio', { name: 'Dark' }).click()
      await page.reload()
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
      expect(await page.evaluate('document.documentElement.lang')).toBe('en')
      expect(await page.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe('dark')
    })
  })
})

/** The list is read every 20 s while nothing happens. */
const noticeMs = 50_000

describe('menus', () => {
  it('are walked with the arrows, and give the focus back', async () => {
    await withVisit({ locale: 'en' }, async ({ page }) => {
      const button = page.getByRole('button', { name: /^Appearance/ })
      await button.focus()
      await page.keyboard.press('ArrowDown')
      await page.locator(':focus', { hasText: 'Like the system' }).waitFor()
      await page.keyboard.press('ArrowUp')
      await page.locator(':focus', { hasText: 'Dark' }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('menu').waitFor({ state: 'detached' })
      expect(await button.evaluate(element => element.matches(':focus'))).toBe(true)
      await page.keyboard.press('Enter')
      await page.keyboard.press('End')
      await page.keyboard.press('Enter')
      await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
      expect(await page.getByRole('menu').count()).toBe(0)
    })
  })

  it('close when something else is clicked', async () => {
    await withVisit({ locale: 'en' }, async ({ page }) => {
      await page.getByRole('button', { name: /^Language/ }).click()
      await page.getByRole('menu').waitFor()
      await page.getByRole('heading', { level: 1 }).click()
      await page.getByRole('menu').waitFor({ state: 'detached' })
    })
  })
})

describe('the search', () => {
  it('opens with Ctrl-K anywhere, and leads to a site by the keys alone', async () => {
    await withVisit({ locale: 'en' }, async ({ page }) => {
      await signIn(page, parcela)
      await openAddress(page, new URL('/new', parcela.url).href)
      await page.getByRole('heading', { name: 'New web site' }).waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Search sites and pages' }).fill('mead')
      await page.getByRole('option', { name: /meadow/, selected: true }).waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: /^meadow/ }).waitFor()
      expect(await page.getByRole('dialog').count()).toBe(0)
    })
  })

  it('gives the focus back when it is left', async () => {
    await withVisit({ locale: 'en' }, async ({ page }) => {
      await signIn(page, parcela)
      const button = page.getByRole('button', { name: 'Search sites and pages' })
      await button.focus()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(await button.evaluate(element => element.matches(':focus'))).toBe(true)
    })
  })
})

describe('the sign-in page', () => {
  it('says whom to ask where people cannot sign up by themselves', async () => {
    await withVisit({ locale: 'en' }, async ({ page }) => {
      await page.getByText('Ask whoever runs this installation').waitFor()
      expect(await page.getByRole('link', { name: 'Create one' }).count()).toBe(0)
    })
  })

  it('leads to a new account where they can', async () => {
    await withVisit({ locale: 'en' }, async ({ page }) => {
      await page.route('**/api/v1/platform', route => route.fulfill({ json: { sign_up: 'open' } }))
      await openAddress(page, parcela.url)
      await page.getByRole('link', { name: 'Create one' }).click()
      await page.getByRole('heading', { name: 'Claim your plot' }).waitFor()
    })
  })
})

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
