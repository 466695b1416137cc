import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestMailServer, type TestMailServer } from '../../apps/gateway-api/testing/test-mail-server.ts'
import { type Client, createClient, type Parcela, startParcela } from '../system/support/index.ts'
import { authenticatorCode } from './support/authenticator-code.ts'
import { launchBrowser, type TestBrowser } from './support/launch-browser.ts'
import { describeVisit, findBarriers, openAddress, overflowOf, type Visit, visit } from './support/page-visit.ts'

let mail: TestMailServer
let parcela: Parcela
let admin: Client
let chromium: TestBrowser
let teamId: string

beforeAll(async () => {
  mail = await startTestMailServer()
  parcela = await startParcela({
    settings: {
      PARCELA_SIGN_UP: 'open',
      PARCELA_SMTP_URL: mail.settings.url,
      PARCELA_MAIL_FROM: mail.settings.from,
    },
  })
  admin = createClient(parcela)
  await admin.signIn()
  chromium = await launchBrowser(parcela)
  teamId = await makeTeam('Gardeners')
})

afterAll(async () => {
  await chromium?.close()
  await admin?.close()
  await parcela?.stop()
  await mail?.stop()
})

type Login = { name: string; email: string; password: string }

const asVisitor = async (
  options: BrowserContextOptions & { path?: string },
  act: (visit: Visit) => Promise<void>,
): Promise<void> => {
  const visited = await visit(chromium.browser, parcela, options)
  try {
    await act(visited)
    expect(visited.complaints).toEqual([])
  } catch (error) {
    throw await describeVisit(visited, error)
  } finally {
    await visited.context.close()
  }
}

/** As somebody who signed in by the form. */
const asPerson = (login: Login, act: (visit: Visit) => Promise<void>): Promise<void> =>
  asVisitor({ path: '/sign-in' }, async visited => {
    await givePassword(visited.page, login)
    await atHome(visited.page)
    await act(visited)
  })

const go = (page: Page, path: string) => openAddress(page, new URL(path, parcela.url).href)
const atHome = (page: Page) => page.getByRole('heading', { level: 1, name: /^(Sites|Sitios)$/ }).waitFor()
const atSignIn = (page: Page) => page.getByRole('heading', { name: 'Welcome back' }).waitFor()

const givePassword = async (page: Page, { email, password }: Login): Promise<void> => {
  await page.getByLabel(/E-mail|Correo/).fill(email)
  await page.getByLabel(/^(Password|Contraseña)/).fill(password)
  await page.getByRole('button', { name: /^(Sign in|Entrar)$/ }).click()
}

const post = async <T>(path: string, json: object): Promise<T> => {
  const answer = await admin.ask('POST', path, { json })
  if (answer.status >= 300) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`)
  return answer.body as T
}
const makeTeam = async (name: string): Promise<string> => (await post<{ id: string }>('/teams', { name })).id

/** Somebody with an account, made by an administrator. */
const makePerson = async (username: string): Promise<Login & { id: string }> => {
  const login = { name: username, email: `${username}@example.org`, password: 'a short sentence' }
  const { id } = await post<{ id: string }>('/people', { username, ...login })
  return { ...login, id }
}

/** The address in a mail, as its reader would click it. */
const linkIn = async (to: string): Promise<string> => /https:\S+/.exec((await mail.take(to)).text)?.[0] ?? ''

const inviteByLink = async (email: string | null): Promise<string> =>
  (await post<{ link: string }>('/invitations', { team_id: teamId, role: 'developer', email })).link

describe('a new account', () => {
  it('is made by oneself, once the address is confirmed by a click in its mail', async () => {
    const login = { name: 'Vera', email: 'vera@example.org', password: 'a short sentence' }
    await asVisitor({ path: '/sign-up' }, async ({ page }) => {
      await page.getByLabel('Your name').fill(login.name)
      await page.getByLabel('E-mail').fill(login.email)
      await page.getByLabel(/^Password/).fill('short')
      await page.getByRole('button', { name: 'Create account' }).click()
      await page.getByText('Use at least 10 characters.').waitFor()
      await page.getByLabel(/^Password/).fill(login.password)
      await page.getByRole('button', { name: 'Create account' }).click()
      await page.getByRole('heading', { name: 'Look in your mail' }).waitFor()

      await go(page, '/sign-in')
      await givePassword(page, login)
      await page.getByRole('alert').filter({ hasText: 'Confirm your address first' }).waitFor()

      await openAddress(page, await linkIn(login.email))
      await page.getByRole('button', { name: 'Yes, it is mine' }).click()
      await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
      expect(page.url()).not.toContain('token')
      await page.getByRole('link', { name: 'Sign in' }).click()
      await givePassword(page, login)
      await atHome(page)
    })
  })

  it('is made by an invitation to its address, which shows the team and the role, and leads into the team', async () => {
    const link = await inviteByLink('ines@example.org')
    await asVisitor({}, async ({ page }) => {
      await openAddress(page, link)
      await page.getByText('Gardeners', { exact: true }).waitFor()
      await page.getByText('As a developer').waitFor()
      expect(page.url()).not.toContain('token')
      expect(await page.getByLabel('E-mail').inputValue()).toBe('ines@example.org')
      await page.getByLabel('Your name').fill('Inés')
      await page.getByLabel(/^Password/).fill('a short sentence')
      await page.getByRole('button', { name: 'Create account and join' }).click()
      await atHome(page)
    })
    expect((await admin.ask('GET', `/teams/${teamId}/members`)).text).toContain('"Inés"')
    await asVisitor({}, async ({ page }) => {
      await openAddress(page, link)
      await page.getByRole('alert').filter({ hasText: 'The invitation was used already.' }).waitFor()
    })
  })

  it('is not needed by who has one: an invitation is accepted after signing in', async () => {
    const noa = await makePerson('noa')
    const link = await inviteByLink(null)
    await asVisitor({}, async ({ page }) => {
      await openAddress(page, link)
      await page.getByRole('link', { name: 'Sign in' }).click()
      await page.getByText('the account that should join the team').waitFor()
      await givePassword(page, noa)
      await page.getByText('You are signed in as noa@example.org.').waitFor()
      await page.getByRole('button', { name: 'Join the team' }).click()
      await atHome(page)
    })
    const members = await admin.ask('GET', `/teams/${teamId}/members`)
    expect(members.text).toContain('"noa"')
  })

  it('is not joined to a team that somebody else was invited to', async () => {
    const leo = await makePerson('leo')
    const link = await inviteByLink('somebody.else@example.org')
    await asPerson(leo, async ({ page }) => {
      await openAddress(page, link)
      await page.getByText('The invitation is for somebody.else@example.org').waitFor()
      expect(await page.getByRole('button', { name: 'Join the team' }).count()).toBe(0)
      await page.getByRole('button', { name: 'Use another account' }).click()
      await atSignIn(page)
    })
  })
})

describe('a forgotten password', () => {
  it('is replaced by the link of a mail, once', async () => {
    const eva = await makePerson('eva')
    await asVisitor({ path: '/sign-in' }, async ({ page }) => {
      await page.getByRole('link', { name: 'Forgot your password?' }).click()
      await page.getByRole('heading', { name: 'Forgotten password' }).waitFor()
      await page.getByLabel('E-mail').fill(eva.email)
      await page.getByRole('button', { name: 'Send the link' }).click()
      await page.getByText('If there is an account for eva@example.org').waitFor()
      const link = await linkIn(eva.email)
      await setPassword(page, link, 'another short sentence')
      await page.getByRole('heading', { name: 'The new password is set' }).waitFor()
      await page.getByRole('link', { name: 'Sign in' }).click()
      await givePassword(page, { ...eva, password: 'another short sentence' })
      await atHome(page)
      await setPassword(page, link, 'a third short sentence')
      await page.getByRole('alert').filter({ hasText: 'Ask for another one' }).waitFor()
    })
  })

  it('is replaced by the link of an administrator', async () => {
    const mia = await makePerson('mia')
    const { link } = await post<{ link: string }>(`/people/${mia.id}/reset-link`, {})
    await asVisitor({}, async ({ page }) => {
      await setPassword(page, link, 'another short sentence')
      await page.getByRole('heading', { name: 'The new password is set' }).waitFor()
    })
  })
})

const setPassword = async (page: Page, link: string, password: string): Promise<void> => {
  await openAddress(page, link)
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Set the password' }).click()
}

describe('the second step', () => {
  it('is set up with an app, asked for at the sign-in, replaced by a recovery code, and turned off', async () => {
    const ana = await makePerson('ana')
    const { secret, codes } = await setUpSecondStep(ana)
    expect(codes).toHaveLength(10)
    await asVisitor({ path: '/sign-in' }, async ({ page }) => {
      await givePassword(page, ana)
      await page.getByLabel('Code of 6 digits').fill('000000')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('alert').filter({ hasText: 'The code is not right' }).waitFor()
      // The code of now was used when it was turned on, and each opens one session; the next one is good already.
      await page.getByLabel('Code of 6 digits').fill(authenticatorCode(secret, Date.now() + 30_000))
      await page.getByRole('button', { name: 'Continue' }).click()
      await atHome(page)
    })
    await asVisitor({ path: '/sign-in' }, async ({ page }) => {
      await givePassword(page, ana)
      await page.getByRole('button', { name: 'I do not have my app' }).click()
      await page.getByLabel('Recovery code').fill(codes[0] ?? '')
      await page.getByRole('button', { name: 'Continue' }).click()
      await atHome(page)
      await go(page, '/account?tab=security')
      await page.getByText('It is on.').waitFor()
      await page.getByRole('button', { name: 'Turn it off' }).click()
      await page.getByLabel('Your password').fill('not my password')
      await page.getByRole('button', { name: 'Turn it off' }).click()
      await page.getByRole('alert').filter({ hasText: 'That is not your password.' }).waitFor()
      await page.getByLabel('Your password').fill(ana.password)
      await page.getByRole('button', { name: 'Turn it off' }).click()
      await page.getByRole('button', { name: 'Set up' }).waitFor()
    })
    await asPerson(ana, async () => undefined)
  })
})

/** Turns it on by the page; answers what the app knows and the codes that are shown once. */
const setUpSecondStep = async (login: Login): Promise<{ secret: string; codes: string[] }> => {
  let secret = ''
  let codes: string[] = []
  await asPerson(login, async ({ page }) => {
    await go(page, '/account?tab=security')
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.getByLabel('Your password').fill(login.password)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('img', { name: 'Code to scan' }).waitFor()
    await page.getByText('I cannot scan it').click()
    secret = (await page.getByRole('group').locator('code').textContent()) ?? ''
    await page.getByLabel('Code of 6 digits').fill(authenticatorCode(secret))
    await page.getByRole('button', { name: 'Turn it on' }).click()
    await page.getByText('Your recovery codes').waitFor()
    codes = await page.getByRole('status').getByRole('listitem').allTextContents()
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText('It is on.').waitFor()
    expect(await page.getByText(codes[0] ?? '').count()).toBe(0)
  })
  return { secret, codes }
}

/** A browser gives up a passkey that nobody shows after a minute. */
const longestAskMs = 90_000

/** A device with a fingerprint reader; one that always agrees, or never does. */
const plugInAuthenticator = async (page: Page, isUserVerified = true): Promise<void> => {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  })
}

describe('a passkey', () => {
  it('is added, named, signs in alone, and is removed', async () => {
    const teo = await makePerson('teo')
    await asPerson(teo, async ({ page }) => {
      await plugInAuthenticator(page)
      await go(page, '/account?tab=security')
      await page.getByRole('button', { name: 'Add a passkey' }).click()
      const row = page.getByRole('list', { name: 'Passkeys' }).getByRole('listitem')
      await row.getByText('Linux 1').waitFor()
      await row.getByRole('button', { name: /^Rename/ }).click()
      await page.getByLabel('Name').fill('my laptop')
      await page.getByRole('button', { name: 'Save' }).click()
      await row.getByText('my laptop').waitFor()

      await signOut(page)
      await page.getByRole('button', { name: 'Use a passkey' }).click()
      await atHome(page)

      await go(page, '/account?tab=security')
      await row.getByRole('button', { name: 'Remove: my laptop' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
      await row.waitFor({ state: 'detached' })
      expect(await isFocused(page.getByRole('heading', { name: 'Passkeys' }))).toBe(true)

      await signOut(page)
      await page.getByRole('button', { name: 'Use a passkey' }).click()
      await page.getByRole('alert').filter({ hasText: 'belongs to no account' }).waitFor()
    })
  })

  it('that the device does not give is explained', async () => {
    await asVisitor({ path: '/sign-in' }, async ({ page }) => {
      await plugInAuthenticator(page, false)
      await page.getByRole('button', { name: 'Use a passkey' }).click()
      await page.getByRole('alert').filter({ hasText: 'The device gave no passkey' }).waitFor({ timeout: longestAskMs })
    })
  })
})

const isFocused = (locator: Locator): Promise<boolean> => locator.evaluate(element => element.matches(':focus'))

const signOut = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await atSignIn(page)
}

describe('an API key', () => {
  it('is shown once, reaches what was chosen, says when it was used, and is refused once revoked', async () => {
    const rosa = await makePerson('rosa')
    await asPerson(rosa, async ({ page }) => {
      await go(page, '/account?tab=keys')
      await page.getByText('No key yet.').waitFor()
      await page.getByRole('button', { name: 'New key' }).click()
      await page.getByRole('button', { name: 'Make the key' }).click()
      await page.getByText('Give it a name').waitFor()
      await page.getByLabel('Name').fill('course repository')
      await page.getByLabel('It may').selectOption('read')
      await page.getByLabel('It works for').selectOption('30')
      await page.getByRole('button', { name: 'Make the key' }).click()
      await page.getByText('shown this once').waitFor()
      const key = (await page.getByRole('status').locator('code').textContent()) ?? ''
      expect(key).toMatch(/^parcela_/)
      await page.getByRole('button', { name: 'I have kept it' }).click()
      expect(await page.getByText(key).count()).toBe(0)
      const row = page.getByRole('list', { name: 'API keys' }).getByRole('listitem')
      await row.getByText('read · all your teams').waitFor()
      await row.getByText('never used').waitFor()

      const program = createClient(parcela, { apiKey: key })
      expect((await program.ask('GET', '/services')).status).toBe(200)
      expect((await program.ask('POST', '/teams', { json: { name: 'Not by a key' } })).status).toBe(403)
      await page.reload()
      await row.getByText('used now').waitFor()

      await row.getByRole('button', { name: 'Revoke: course repository' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(await isFocused(row.getByRole('button', { name: /^Revoke/ }))).toBe(true)
      await row.getByRole('button', { name: /^Revoke/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
      await page.getByText('No key yet.').waitFor()
      expect((await program.ask('GET', '/services')).status).toBe(401)
      await program.close()
    })
  })
})

describe('sessions', () => {
  it('are ended one by one or all but this one', async () => {
    const luz = await makePerson('luz')
    const others = await Promise.all(
      [1, 2, 3].map(async () => {
        const client = createClient(parcela)
        await client.signIn(luz)
        return client
      }),
    )
    const openCount = async () => {
      const answers = await Promise.all(others.map(client => client.ask('GET', '/me')))
      return answers.filter(({ status }) => status === 200).length
    }
    await asPerson(luz, async ({ page }) => {
      await go(page, '/account?tab=sessions')
      const rows = page.getByRole('list', { name: 'Sessions' }).getByRole('listitem')
      await rows.nth(3).waitFor()
      await rows.first().getByText('Chrome on Linux').waitFor()
      await rows.first().getByText('This one').waitFor()
      expect(await openCount()).toBe(3)
      await rows.nth(1).getByRole('button', { name: /^End/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'End' }).click()
      await rows.nth(3).waitFor({ state: 'detached' })
      expect(await openCount()).toBe(2)
      await page.getByRole('button', { name: /^End all others/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'End all others' }).click()
      await rows.nth(1).waitFor({ state: 'detached' })
      expect(await openCount()).toBe(0)
      await page.reload()
      await rows.first().getByText('This one').waitFor()
    })
    await Promise.all(others.map(client => client.close()))
  })

  it('other than this one end with a new password', async () => {
    const gil = await makePerson('gil')
    const other = createClient(parcela)
    await other.signIn(gil)
    await asPerson(gil, async ({ page }) => {
      await go(page, '/account?tab=security')
      await page.getByLabel('Current password').fill('not my password')
      await page.getByLabel('New password').fill('another short sentence')
      await page.getByRole('button', { name: 'Change password' }).click()
      await page.getByRole('alert').filter({ hasText: 'That is not your password.' }).waitFor()
      await page.getByLabel('Current password').fill(gil.password)
      await page.getByRole('button', { name: 'Change password' }).click()
      await page.getByText('Changed. Every other session was ended.').waitFor()
      expect((await other.ask('GET', '/me')).status).toBe(401)
      await go(page, '/account')
      await page.getByRole('heading', { name: 'Your account' }).waitFor()
    })
    await other.close()
  })
})

describe('the profile', () => {
  it('keeps name and language, and the page speaks it', async () => {
    const iris = await makePerson('iris')
    await asPerson(iris, async ({ page }) => {
      await page.getByRole('button', { name: /^Account/ }).click()
      await page.getByRole('menuitem', { name: 'Your account' }).click()
      await page.getByLabel('Name', { exact: true }).fill('Iris Ruiz')
      await page.getByLabel('Language', { exact: true }).selectOption('es')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Guardado').waitFor()
      await page.getByRole('button', { name: 'Cuenta: Iris Ruiz' }).waitFor()
      await page.reload()
      expect(await page.getByLabel('Nombre', { exact: true }).inputValue()).toBe('Iris Ruiz')
    })
  })
})

describe('my data', () => {
  it('is one file, and ends with the account', async () => {
    const sol = await makePerson('sol')
    await asPerson(sol, async ({ page }) => {
      await go(page, '/account?tab=data')
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: 'Download my data' }).click()
      expect((await download).suggestedFilename()).toBe('parcela-sol.tar')
      await page.getByRole('button', { name: 'Erase my account' }).click()
      const erase = page.getByRole('dialog').getByRole('button', { name: 'Erase everything' })
      expect(await erase.isDisabled()).toBe(true)
      await page.getByLabel('Type sol to confirm').fill('sol')
      await page.getByLabel('Your password').fill('not my password')
      await erase.click()
      await page.getByRole('alert').filter({ hasText: 'That is not your password.' }).waitFor()
      await page.getByLabel('Your password').fill(sol.password)
      await erase.click()
      await atSignIn(page)
      await givePassword(page, sol)
      await page.getByRole('alert').filter({ hasText: 'do not go together' }).waitFor()
    })
  })
})

describe('the sign-in page', () => {
  it('offers the provider that this installation knows, and explains what it answered', async () => {
    await asVisitor({ path: '/sign-in' }, async ({ page }) => {
      await page.route('**/api/v1/platform', route =>
        route.fulfill({ json: { sign_up: 'closed', mail: false, open_id: { name: 'School account' } } }),
      )
      await go(page, '/sign-in?error=access_denied')
      await page.getByRole('button', { name: 'Continue with School account' }).waitFor()
      await page.getByRole('alert').filter({ hasText: 'School account did not let you through' }).waitFor()
      await page.getByRole('link', { name: 'Forgot your password?' }).click()
      await page.getByText('Ask its administrator for a link').waitFor()
    })
  })

  it('never leads to another site', async () => {
    const pia = await makePerson('pia')
    await asVisitor({ path: '/sign-in?next=//evil.example/' }, async ({ page }) => {
      await givePassword(page, pia)
      await atHome(page)
      expect(new URL(page.url()).origin).toBe(new URL(parcela.url).origin)
    })
  })
})

const looks: [name: string, options: BrowserContextOptions][] = [
  ['English, light, wide', { locale: 'en', colorScheme: 'light' }],
  ['Spanish, dark, wide', { locale: 'es', colorScheme: 'dark' }],
  ['Spanish, light, 390 px', { locale: 'es', colorScheme: 'light', viewport: { width: 390, height: 844 } }],
  ['English, dark, 390 px', { locale: 'en', colorScheme: 'dark', viewport: { width: 390, height: 844 } }],
]

describe.each(looks)('every page of the account in %s', (look, options) => {
  it('has no barriers, fits its window and breaks nothing', async () => {
    const person = await makePerson(`look-${looks.findIndex(([name]) => name === look)}`)
    const invitation = await inviteByLink(null)
    await asVisitor({ ...options, path: '/sign-in' }, async ({ page }) => {
      const findings: string[] = []
      const check = async (name: string): Promise<void> => {
        for (const barrier of await findBarriers(page)) findings.push(`${name}: ${barrier}`)
        const overflow = await overflowOf(page)
        if (overflow > 0) findings.push(`${name}: ${overflow} px wider than its window`)
      }
      for (const path of [
        '/forgotten-password',
        '/reset-password#token=x',
        '/reset-password',
        '/verify-email#token=x',
      ]) {
        await go(page, '/sign-in')
        await go(page, path)
        await page.getByRole('heading', { level: 1 }).waitFor()
        await check(path)
      }
      await openAddress(page, invitation)
      await page.getByText('Gardeners').waitFor()
      await page.locator('button[type=submit]').click()
      await check('an invitation, refused')
      await openAddress(page, `${new URL('/invitation', parcela.url).href}#token=${'x'.repeat(43)}`)
      await page.getByText(/no such invitation|No existe esa/).waitFor()
      await check('an unknown invitation')

      await go(page, '/sign-in')
      await givePassword(page, person)
      await atHome(page)
      await openAddress(page, invitation)
      await page.getByRole('button', { name: /Join the team|Unirme/ }).waitFor()
      await check('an invitation of who is signed in')
      for (const tab of ['profile', 'security', 'keys', 'sessions', 'data']) {
        await go(page, `/account?tab=${tab}`)
        await page.getByRole('heading', { level: 2 }).first().waitFor()
        await page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
        await check(tab)
      }
      await page.getByRole('button', { name: /Erase my account|Borrar mi cuenta/ }).click()
      await page.getByRole('dialog').waitFor()
      await check('the question before erasing')

      await go(page, '/account?tab=keys')
      await page.getByRole('button', { name: /New key|Clave nueva/ }).click()
      await check('the form of a key')
      await page.getByLabel(/^(Name|Nombre)/).fill('laptop')
      await page.getByRole('button', { name: /Make the key|Crear la clave/ }).click()
      await page.getByText(/shown this once|se muestra esta vez/).waitFor()
      await check('a new key')
      await page.getByRole('button', { name: /I have kept it|Ya la guardé/ }).click()
      await page.getByRole('button', { name: /^(Revoke|Revocar)/ }).click()
      await page.getByRole('dialog').waitFor()
      await check('the question before revoking')

      await go(page, '/account?tab=security')
      await page.getByRole('button', { name: /^(Set up|Preparar)$/ }).click()
      await check('the password before the second step')
      await page.getByLabel(/Your password|Tu contraseña/).fill(person.password)
      await page.getByRole('button', { name: /^(Continue|Seguir)$/ }).click()
      await page.getByRole('img', { name: /^(Code to scan|Código para leer)/ }).waitFor()
      await page.locator('summary').click()
      await check('the QR code')
      const secret = (await page.getByRole('group').locator('code').textContent()) ?? ''
      await page.getByLabel(/^(Code of|Código de)/).fill(authenticatorCode(secret))
      await page.getByRole('button', { name: /^(Turn it on|Activar)$/ }).click()
      await page.getByText(/Your recovery codes|Tus códigos/).waitFor()
      await check('the recovery codes')
      await page.getByRole('button', { name: /I have kept them|Ya los guardé/ }).click()
      await page.context().clearCookies()
      await go(page, '/sign-in')
      await givePassword(page, person)
      await page.getByLabel(/^(Code of|Código de)/).waitFor()
      await check('the second step')
      expect(findings).toEqual([])
    })
  })
})
