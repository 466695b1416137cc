import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, createClient, hostileArchives, type Parcela, startParcela } from '../system/support/index.ts'
import { launchBrowser, type TestBrowser } from './support/launch-browser.ts'
import { openAddress, signIn, visit } from './support/page-visit.ts'

let parcela: Parcela
let client: Client
let chromium: TestBrowser
let context: BrowserContext
let page: Page

beforeAll(async () => {
  parcela = await startParcela()
  client = createClient(parcela)
  await client.signIn()
  chromium = await launchBrowser(parcela)
  const visited = await visit(chromium.browser, parcela, { locale: 'es' })
  context = visited.context
  page = visited.page
  await signIn(page, parcela)
})

afterAll(async () => {
  await context?.close()
  await chromium?.close()
  await client?.close()
  await parcela?.stop()
})

/** The way that any refusal of the server would sound in English. */
const english = /\b(is|the|not|and|or|only|has|file|there|must|folder)\b/i

describe('what the server refuses is said in Spanish', () => {
  it.each(Object.keys(hostileArchives))('for %s', async name => {
    const { archive, filename } = hostileArchives[name]?.() ?? { archive: Buffer.alloc(0), filename: '' }
    await openAddress(page, new URL('/new', parcela.url).href)
    await page.getByLabel('Nombre').fill('refused')
    await page
      .getByTestId('files-input')
      .setInputFiles({ name: filename, mimeType: 'application/octet-stream', buffer: archive })
    await page.getByRole('button', { name: 'Publicar', exact: true }).click()
    const alert = page.getByRole('alert').filter({ hasText: 'No se creó nada' })
    await alert.waitFor()
    const said = (await alert.locator('p').textContent()) ?? ''
    expect(said.length).toBeGreaterThan(20)
    // File names are the person's own words.
    expect(said.replaceAll(/«[^»]*»/g, '')).not.toMatch(english)
  })

  it.each([
    ['ram_mb', 'Memoria', '900000', /^Como mucho [\d.]+ MiB\.$/],
    ['storage_gb', 'Disco', '9000', /^Como mucho [\d.]+ GiB\.$/],
  ])('for too much of %s', async (_, label, amount, sentence) => {
    await openAddress(page, new URL('/new', parcela.url).href)
    await page.getByLabel('Nombre').fill('too-big')
    await page.getByRole('radio', { name: /A medida/ }).check()
    await page.getByLabel(new RegExp(`^${label}`)).fill(amount)
    await page.getByRole('button', { name: 'Crear sin archivos' }).click()
    await page.getByText(sentence).waitFor()
  })
})

describe('what is worth knowing about a publish is said in Spanish', () => {
  it.each([
    ['nothing', { 'notas.txt': 'x' }, /Llama index\.html a tu primera página\.$/],
    ['folder', { 'web/index.html': 'x', 'a.txt': 'x' }, /Hay uno en «web\/»: publica esa carpeta\.$/],
    ['spelling', { 'index.htm': 'x' }, /^«index\.htm» no se muestra como portada\./],
  ])('where the front page is missing: %s', async (name, files, sentence) => {
    const service = await client.publish(files, { name: `front-${name}` })
    await openAddress(page, new URL(`/services/${service.id}`, parcela.url).href)
    await page.getByRole('listitem').filter({ hasText: sentence }).waitFor()
  })
})
