import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, createClient, type Parcela, startParcela, zipOf } from '../system/support/index.ts'
import { launchBrowser, type TestBrowser } from './support/launch-browser.ts'
import { makeSiteFolder, pageSaying, type SiteFolder } from './support/make-site.ts'
import { describeVisit, openAddress, signIn, type Visit, visit } from './support/page-visit.ts'

let parcela: Parcela
let client: Client
let chromium: TestBrowser
let browser: Browser
const folders: SiteFolder[] = []

beforeAll(async () => {
  parcela = await startParcela()
  client = createClient(parcela)
  await client.signIn()
  chromium = await launchBrowser(parcela)
  browser = chromium.browser
})

afterAll(async () => {
  await chromium?.close()
  await client?.close()
  await parcela?.stop()
  await Promise.all(folders.map(folder => folder.remove()))
})

const folderOf = async (name: string, files: Record<string, string>): Promise<string> => {
  const folder = await makeSiteFolder(name, files)
  folders.push(folder)
  return folder.path
}

/** A live site, published by the API. */
const publishSite = async (name: string, files: Record<string, string>) => {
  const service = await client.publish(files, { name })
  return client.waitFor(service.id, 'running')
}

/** Does something as a signed-in person, and expects the browser to have nothing to complain about. */
const asPerson = async (path: string, act: (visit: Visit) => Promise<void>): Promise<void> => {
  const visited = await visit(browser, parcela)
  try {
    await signIn(visited.page, parcela)
    if (path !== '/') await openAddress(visited.page, new URL(path, parcela.url).href)
    await act(visited)
    expect(visited.complaints).toEqual([])
  } catch (error) {
    throw await describeVisit(visited, error)
  } finally {
    await visited.context.close()
  }
}

const liveMs = 60_000
const waitForStatus = (page: Page, word: string) =>
  page.getByRole('status').filter({ hasText: word }).first().waitFor({ timeout: liveMs })

/** What visitors of the address see. */
const readSite = async (page: Page, name: string): Promise<string> => {
  const visitor = await page.context().newPage()
  try {
    await openAddress(visitor, parcela.serviceUrl(name))
    return ((await visitor.locator('body').textContent()) ?? '').trim()
  } finally {
    await visitor.close()
  }
}

const chooseFolder = async (page: Page, path: string): Promise<void> => {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a folder' }).click()
  await (await chooser).setFiles(path)
}

describe('signing in', () => {
  it('says that e-mail and password do not fit, keeps the e-mail, and lets in who corrects it', async () => {
    const { context, page } = await visit(browser, parcela)
    await page.getByLabel('E-mail').fill(parcela.admin.email)
    await page.getByLabel(/^Password/).fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').filter({ hasText: 'do not go together' }).waitFor()
    expect(await page.getByLabel('E-mail').inputValue()).toBe(parcela.admin.email)
    await signIn(page, parcela)
    await context.close()
  })

  it('leads back to the page that was asked for', async () => {
    const { context, page } = await visit(browser, parcela, { path: '/new' })
    await page.getByLabel('E-mail').fill(parcela.admin.email)
    await page.getByLabel(/^Password/).fill(parcela.admin.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'New web site' }).waitFor()
    await context.close()
  })

  it('ends with signing out', async () => {
    await asPerson('/', async ({ page }) => {
      await page.getByRole('button', { name: /Account/ }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
      await openAddress(page, parcela.url)
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
    })
  })
})

describe('publishing from the page', () => {
  it('takes a chosen folder to its address, showing each step', async () => {
    const folder = await folderOf('My Garden', {
      'index.html': pageSaying('hello from the garden'),
      'css/style.css': 'body { color: green }',
      '.git/config': 'secret',
    })
    await asPerson('/new', async ({ page }) => {
      await chooseFolder(page, folder)
      expect(await page.getByLabel('Name').inputValue()).toBe('my-garden')
      await page.getByText('1 file left out').waitFor()
      await page.getByText('It is free.').waitFor()
      await page.getByRole('button', { name: 'Publish' }).click()
      await page.getByRole('heading', { level: 1, name: 'my-garden' }).waitFor()
      await waitForStatus(page, 'Live')
      const steps = page.getByRole('list', { name: 'Steps of the last run' })
      for (const step of ['Build', 'Start', 'First answer', 'Switch visitors over', 'Check from outside'])
        await steps.getByText(step, { exact: true }).waitFor()
      await page
        .getByText(/^Live in [\d.]+ m?s/)
        .first()
        .waitFor()
      const link = page.getByRole('link', { name: /^Open my-garden\./ })
      expect(await link.getAttribute('href')).toContain(parcela.serviceUrl('my-garden'))
      expect(await readSite(page, 'my-garden')).toBe('hello from the garden')
    })
  })

  it('makes a site of an archive that is dropped on the list', async () => {
    const archive = zipOf({ 'index.html': pageSaying('hello from the zip') }).archive.toString('base64')
    await asPerson('/', async ({ page }) => {
      const transfer = await page.evaluateHandle(
        `(() => {
          const bytes = Uint8Array.from(atob('${archive}'), letter => letter.charCodeAt(0))
          const transfer = new DataTransfer()
          transfer.items.add(new File([bytes], 'Spring Fair.zip', { type: 'application/zip' }))
          return transfer
        })()`,
      )
      await page.dispatchEvent('main', 'dragenter', { dataTransfer: transfer })
      await page.getByText('Let go to make a site of it').waitFor()
      await page.dispatchEvent('main', 'drop', { dataTransfer: transfer })
      await page.getByRole('heading', { name: 'New web site' }).waitFor()
      expect(await page.getByLabel('Name').inputValue()).toBe('spring-fair')
      await page.getByRole('button', { name: 'Publish' }).click()
      await waitForStatus(page, 'Live')
      expect(await readSite(page, 'spring-fair')).toBe('hello from the zip')
    })
  })

  it('works with the keyboard alone', async () => {
    const folder = await folderOf('keys', { 'index.html': pageSaying('hello from the keys') })
    const visited = await visit(browser, parcela)
    const { page, context } = visited
    try {
      await page.locator('input[name=email]:focus').waitFor()
      await page.keyboard.type(parcela.admin.email)
      await page.keyboard.press('Tab')
      await page.keyboard.type(parcela.admin.password)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Sites' }).waitFor()
      await tabTo(page, 'New site')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'New web site' }).waitFor()
      // Before the walk to the button: a key is pressed sooner than the browser learns that somebody waits.
      const chooser = page.waitForEvent('filechooser', { timeout: liveMs })
      await tabTo(page, 'Choose a folder')
      await page.keyboard.press('Enter')
      await (await chooser).setFiles(folder)
      await page.getByText('1 file,').first().waitFor()
      await tabTo(page, 'Publish')
      await page.keyboard.press('Enter')
      await waitForStatus(page, 'Live')
      expect(await readSite(page, 'keys')).toBe('hello from the keys')
    } catch (error) {
      throw await describeVisit(visited, error)
    } finally {
      await context.close()
    }
  })
})

/** Presses Tab until the element with this name has the focus. */
const tabTo = async (page: Page, name: string): Promise<void> => {
  const most = 40
  const named = page.getByRole('button', { name, exact: true }).or(page.getByRole('link', { name, exact: true }))
  for (let press = 0; press < most; press += 1) {
    await page.keyboard.press('Tab')
    if (await named.evaluateAll(elements => elements.some(element => element.matches(':focus')))) return
  }
  throw new Error(`"${name}" is not within ${most} presses of Tab`)
}

describe('a site that exists', () => {
  it('is published again and rolled back, and its visitors see it', async () => {
    const service = await publishSite('seasons', { 'index.html': pageSaying('spring') })
    const folder = await folderOf('seasons', { 'index.html': pageSaying('summer') })
    await asPerson(`/services/${service.id}`, async ({ page }) => {
      await chooseFolder(page, folder)
      await page.getByRole('button', { name: 'Publish 1 file' }).click()
      await page.getByText('Visitors get release 2.').waitFor({ timeout: liveMs })
      expect(await readSite(page, 'seasons')).toBe('summer')

      await page.getByRole('tab', { name: 'Releases' }).click()
      await page.getByRole('button', { name: 'Roll back to this: Release 1' }).click()
      await page.getByText('Visitors get release 1.').waitFor({ timeout: liveMs })
      expect(await readSite(page, 'seasons')).toBe('spring')
    })
  })

  it('tells what it was built from and who visited', async () => {
    const service = await publishSite('talker', { 'index.html': pageSaying('talk') })
    await asPerson(`/services/${service.id}?tab=logs`, async ({ page }) => {
      await readSite(page, 'talker')
      const log = page.getByRole('log', { name: 'Log lines' })
      await log
        .getByText(/GET \//)
        .first()
        .waitFor({ timeout: liveMs })
      await page.getByRole('radiogroup', { name: 'Which log' }).getByText('Build').click()
      await log
        .getByText(/COPY|FROM/)
        .first()
        .waitFor({ timeout: liveMs })
      expect(new URL(page.url()).search).toContain('log=build')
    })
  })

  it('stops and starts', async () => {
    const service = await publishSite('sleeper', { 'index.html': pageSaying('awake') })
    await asPerson(`/services/${service.id}?tab=settings`, async ({ page }) => {
      await page.getByRole('button', { name: 'Stop' }).click()
      await waitForStatus(page, 'Stopped')
      expect(await readSite(page, 'sleeper')).not.toContain('awake')
      await page.getByRole('button', { name: 'Start' }).click()
      await waitForStatus(page, 'Live')
      expect(await readSite(page, 'sleeper')).toBe('awake')
    })
  })

  it('is deleted once its name was typed, and leaves the list', async () => {
    const service = await publishSite('mayfly', { 'index.html': pageSaying('short') })
    await asPerson(`/services/${service.id}?tab=settings`, async ({ page }) => {
      await page.getByRole('button', { name: 'Delete this site' }).click()
      const dialog = page.getByRole('dialog', { name: 'Delete mayfly?' })
      const confirm = dialog.getByRole('button', { name: 'Delete', exact: true })
      await dialog.getByLabel('Type mayfly to confirm').fill('mayflower')
      expect(await confirm.isDisabled()).toBe(true)
      await dialog.getByLabel('Type mayfly to confirm').fill('mayfly')
      await confirm.click()
      await page.getByRole('heading', { level: 1, name: 'Sites' }).waitFor()
      await page.getByRole('link', { name: 'mayfly', exact: true }).waitFor({ state: 'detached', timeout: liveMs })
    })
  })
})

describe('the form', () => {
  it.each([
    ['www', 'The platform keeps this name for itself. Choose another.'],
    ['ñandú', 'Only the letters a–z, digits and hyphens work in an address.'],
    ['-a', 'It cannot begin with a hyphen.'],
  ])('says what is wrong with the name %s', async (name, sentence) => {
    await asPerson('/new', async ({ page }) => {
      await page.getByLabel('Name').fill(name)
      await page.getByText(sentence).waitFor()
    })
  })

  it('offers a free name for one that is taken', async () => {
    await publishSite('taken', { 'index.html': pageSaying('mine') })
    await asPerson('/new', async ({ page }) => {
      await page.getByLabel('Name').fill('taken')
      await page.getByText('This name is taken.').waitFor()
      await page.getByRole('button', { name: /^Use “taken-/ }).click()
      await page.getByText('It is free.').waitFor()
    })
  })

  it('refuses sizes that make no sense, and keeps everything that was typed', async () => {
    await asPerson('/new', async ({ page }) => {
      await page.getByLabel('Name').fill('too-small')
      await page.getByRole('radio', { name: /Custom/ }).check()
      await page.getByLabel(/^Memory/).fill('1')
      await page.getByText('At least 16 MiB.').waitFor()
      await page.getByRole('button', { name: 'Create without files' }).click()
      expect(new URL(page.url()).pathname).toBe('/new')
      expect(await page.getByLabel('Name').inputValue()).toBe('too-small')
    })
  })

  it('shows the server’s refusal at the field it is about', async () => {
    await asPerson('/new', async ({ page }) => {
      await page.getByLabel('Name').fill('too-big')
      await page.getByRole('radio', { name: /Custom/ }).check()
      await page.getByLabel(/^Memory/).fill('900000')
      await page.getByRole('button', { name: 'Create without files' }).click()
      await page.getByRole('alert').filter({ hasText: 'Nothing was created' }).waitFor()
      expect(await page.getByLabel(/^Memory/).getAttribute('aria-invalid')).toBe('true')
    })
  })

  it('names the files that cannot lie side by side', async () => {
    const folder = await folderOf('twins', { 'index.html': 'x', 'Logo.svg': 'x', 'logo.svg': 'x' })
    await asPerson('/new', async ({ page }) => {
      await chooseFolder(page, folder)
      await page.getByText('“Logo.svg” and “logo.svg” differ only in upper and lower case.').waitFor()
    })
  })

  it('warns of a folder without index.html, and publishes it all the same', async () => {
    const folder = await folderOf('headless', { 'notes.txt': 'only notes' })
    await asPerson('/new', async ({ page }) => {
      await chooseFolder(page, folder)
      await page.getByText('There is no index.html.').waitFor()
      await page.getByRole('button', { name: 'Publish' }).click()
      await waitForStatus(page, 'Live')
      await page.getByRole('heading', { name: 'Good to know' }).waitFor()
    })
  })
})
