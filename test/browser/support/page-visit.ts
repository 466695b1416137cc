import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Parcela } from '../../system/support/index.ts'

export type Visit = {
  context: BrowserContext
  page: Page /** What the browser complained about: broken scripts, policies, requests. */
  complaints: string[]
}

/** A fresh browser profile looking at the page. */
export const visit = async (
  browser: Browser,
  parcela: Parcela,
  options: BrowserContextOptions & { path?: string } = {},
): Promise<Visit> => {
  const { path = '/', ...contextOptions } = options
  const context = await browser.newContext({
    locale: 'en',
    reducedMotion: 'reduce',
    viewport: { width: 1440, height: 900 },
    ...contextOptions,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error' && !isExpected(message.text())) complaints.push(message.text())
  })
  await openAddress(page, new URL(path, parcela.url).href)
  return { context, page, complaints }
}

/** Refused requests are shown by the page itself. */
const isExpected = (text: string): boolean => /status of 4\d\d/.test(text)

/** Opens an address and waits until its scripts ran; answers the status. */
export const openAddress = async (page: Page, address: string): Promise<number> => {
  const response = await page.goto(address, { waitUntil: 'load' })
  return response?.status() ?? 0
}

/** An error with what was on the page when it happened, and what the browser had complained about. */
export const describeVisit = async ({ page, complaints }: Visit, cause: unknown): Promise<Error> => {
  const text = await page.evaluate('document.body.innerText').catch((error: unknown) => String(error))
  const said = cause instanceof Error ? cause.message : String(cause)
  return new Error(`${said}\nat ${page.url()}\nshowing: ${text}\ncomplaints: ${complaints.join('\n')}`, { cause })
}

/** Signs in by the form. */
export const signIn = async (page: Page, { admin }: Pick<Parcela, 'admin'>): Promise<void> => {
  await page.getByLabel(/E-mail|Correo/).fill(admin.email)
  await page.getByLabel(/^(Password|Contraseña)/).fill(admin.password)
  await page.getByRole('button', { name: /^(Sign in|Entrar)$/ }).click()
  await page.getByRole('heading', { level: 1, name: /^(Sites|Sitios)$/ }).waitFor()
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong with what is shown now, in a line each. */
export const findBarriers = async (page: Page): Promise<string[]> => {
  await page.evaluate(axeSource)
  const results = (await page.evaluate('axe.run()')) as AxeResults
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`,
  )
}

/** By how many pixels the page is wider than its window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
