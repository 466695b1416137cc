import type { ServiceAnswer, TeamAnswer } from '@parcela/contract'
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
let admin: Client
let chromium: TestBrowser
let team: TeamAnswer
let siteId: string

const password = 'a short sentence'
const people = { ana: 'Ana Torres', luis: 'Luis Peña', vera: 'Vera Díaz' } as const
type Name = keyof typeof people

/** Room for three small sites; what is above 256 MiB waits for approval. */
const plan = {
  name: 'Class',
  limits: {
    services: 3,
    cpus: 4,
    ram_mb: 1024,
    storage_gb: 40,
    machines: 0,
    uploads_per_day: null,
    releases_kept: 5,
    custom_domains: 2,
  },
  self_service: { cpus: 1, ram_mb: 256, storage_gb: 20, machines: false },
}

beforeAll(async () => {
  parcela = await startParcela()
  admin = createClient(parcela)
  await admin.signIn()
  const { id: planId } = await ask<{ id: string }>('POST', '/plans', plan)
  for (const [username, name] of Object.entries(people)) {
    await ask('POST', '/people', { username, name, email: `${username}@example.org`, password })
  }
  team = await ask<TeamAnswer>('POST', '/teams', { name: 'Class 3B' })
  await ask('PUT', `/teams/${team.id}/quota`, { plan_id: planId })
  for (const [username, role] of Object.entries({ ana: 'owner', luis: 'developer', vera: 'viewer' })) {
    await ask('POST', `/teams/${team.id}/members`, { username, role })
  }
  const site = await admin.publish({ 'index.html': pageSaying('one') }, { name: 'meadow', team_id: team.id })
  await admin.waitFor(site.id, 'running')
  siteId = site.id
  chromium = await launchBrowser(parcela)
})

afterAll(async () => {
  await chromium?.close()
  await admin?.close()
  await parcela?.stop()
})

const ask = async <T>(method: 'POST' | 'PUT' | 'GET', path: string, json?: object): Promise<T> => {
  const answer = await admin.ask(method, path, json === undefined ? {} : { json })
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
  return answer.body as T
}

const loginOf = (name: Name) => ({ email: `${name}@example.org`, password })

/** Signs in as this person, or as the administrator, and does what a person would. */
const as = async (
  who: Name | 'administrator',
  act: (page: Page) => Promise<void>,
  options: BrowserContextOptions = { locale: 'en' },
): Promise<void> => {
  const visited: Visit = await visit(chromium.browser, parcela, options)
  try {
    await signIn(visited.page, who === 'administrator' ? parcela : { admin: loginOf(who) })
    await act(visited.page)
    expect(visited.complaints).toEqual([])
  } catch (error) {
    throw await describeVisit(visited, error)
  } finally {
    await visited.context.close()
  }
}

const go = (page: Page, path: string) => openAddress(page, new URL(path, parcela.url).href)
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const dialog = (page: Page) => page.getByRole('dialog')
const nameField = (page: Page) => page.getByRole('textbox', { name: 'Name of the team' })
const isFocused = (page: Page, name: string | RegExp) => button(page, name).and(page.locator(':focus')).waitFor()

/** What somebody is in the team, as the API says it. */
const roleOf = async (username: Name): Promise<string | undefined> => {
  const { items } = await ask<{ items: { username: string; role: string }[] }>('GET', `/teams/${team.id}/members`)
  return items.find(member => member.username === username)?.role
}

describe('a team', () => {
  it('is made, renamed and deleted by its owner', async () => {
    await as('ana', async page => {
      await go(page, '/teams')
      await button(page, 'New team').click()
      await nameField(page).fill('CLASS 3b')
      await button(page, 'Make the team').click()
      await page.getByText('Another team is called like this, or looks the same.').waitFor()
      await nameField(page).fill('Libary')
      await button(page, 'Make the team').click()
      await page.getByRole('heading', { level: 1, name: 'Libary' }).waitFor()
      await page.getByRole('tab', { name: 'Settings' }).click()
      await nameField(page).fill('Library')
      await button(page, 'Save').click()
      await page.getByRole('heading', { level: 1, name: 'Library' }).waitFor()
      await button(page, 'Leave the team').click()
      await dialog(page).getByRole('button', { name: 'Leave the team' }).click()
      await dialog(page).getByText('A team needs an owner.').waitFor()
      await page.keyboard.press('Escape')
      await isFocused(page, 'Leave the team')
      await button(page, 'Delete the team').click()
      await dialog(page).getByRole('button', { name: 'Delete the team' }).click()
      await page.getByRole('heading', { level: 1, name: 'Teams' }).waitFor()
      expect(await page.getByRole('link', { name: 'Library' }).count()).toBe(0)
    })
  })

  it('invites by mail and by list, and tells every wrong line of a list before anybody is invited', async () => {
    await as('ana', async page => {
      await go(page, `/teams/${team.id}`)
      await page.getByLabel('E-mail').fill('nora')
      await button(page, 'Invite').click()
      await page.getByText('Write a full e-mail address').waitFor()
      await page.getByLabel('E-mail').fill('nora@example.org')
      await button(page, 'Invite').click()
      await page.getByText('Hand over this link to nora@example.org').waitFor()
      expect(await page.locator('pre').first().textContent()).toContain(parcela.url)
      await page.getByRole('table', { name: 'Open invitations' }).getByText('nora@example.org').waitFor()

      await page.getByLabel('Addresses').fill('email,role\npia@example.org,viewer\nana@\nrosa@example.org,boss\n')
      await button(page, 'Invite all').click()
      const problems = page.getByRole('alert').filter({ hasText: '2 lines are wrong' })
      await problems.getByText('Line 3').waitFor()
      expect(await problems.textContent()).toContain('The role is owner, developer or viewer.')
      expect(await page.getByText('pia@example.org', { exact: true }).count()).toBe(0)

      await page.getByLabel('Addresses').fill('pia@example.org\nrosa@example.org')
      await button(page, 'Invite all').click()
      await page.getByRole('table', { name: '2 people invited' }).waitFor()
      const open = page.getByRole('table', { name: 'Open invitations' })
      await open.getByText('rosa@example.org').waitFor()
      await button(page, 'Withdraw: rosa@example.org').click()
      await open.getByText('rosa@example.org').waitFor({ state: 'detached' })
    })
  })

  it('gives another role, and removes a member after a question', async () => {
    await as('ana', async page => {
      await go(page, `/teams/${team.id}`)
      const role = page.getByLabel('Role of Luis Peña')
      await role.selectOption('viewer')
      await expect.poll(() => roleOf('luis')).toBe('viewer')
      await role.selectOption('developer')
      await expect.poll(() => roleOf('luis')).toBe('developer')
      await button(page, 'Remove: Luis Peña').click()
      await dialog(page).getByText('Their sites stay with the team.').waitFor()
      await dialog(page).getByRole('button', { name: 'Cancel' }).click()
      await isFocused(page, 'Remove: Luis Peña')
    })
  })

  it('shows itself to a viewer, says whom to ask, and lets them change nothing', async () => {
    await as('vera', async page => {
      await go(page, `/teams/${team.id}`)
      await page.getByText('You are a viewer: you see its sites.').waitFor()
      await page.getByText('Owners invite people and give roles.').waitFor()
      await page.getByText(/Ask .*Ana Torres/).waitFor()
      expect(await page.getByRole('combobox', { name: /^Role of/ }).count()).toBe(0)
      expect(await button(page, /^Remove/).count()).toBe(0)
      await page.getByRole('tab', { name: 'Activity' }).click()
      await page.getByText('Owners see what happened in the team.').waitFor()
      await page.getByRole('tab', { name: 'Quota' }).click()
      await page.getByText('1 of 3').waitFor()

      await go(page, `/services/${siteId}?tab=settings`)
      await page.getByText('Owners and developers of the team change its sites.').waitFor()
      expect(await button(page, 'Stop').count()).toBe(0)
      await button(page, 'More actions').click()
      await page.getByRole('menuitem', { name: 'Stop' }).click()
      await page.getByRole('alert').filter({ hasText: 'Only owners and developers of the team' }).waitFor()
      await go(page, '/administration/people')
      await page.getByRole('heading', { name: 'This is for administrators' }).waitFor()
      await go(page, '/new')
      await page.getByLabel('Name', { exact: true }).waitFor()
      expect(await page.getByLabel('For the team').count()).toBe(0)
    })
  })
})

describe('a site for a team', () => {
  it('shows what is left while its size is chosen, and why the team has no room for a larger one', async () => {
    await as('luis', async page => {
      await go(page, `/new?team=${team.id}`)
      await page.getByLabel('For the team').waitFor()
      await page.getByLabel('Name', { exact: true }).fill('too-large')
      await page.getByRole('radio', { name: /^Custom/ }).check()
      await page.getByLabel('Memory (MiB)').fill('2048')
      await page.getByText('The team has no room for this size.').waitFor()
      await button(page, 'Create without files').click()
      const refusal = page.getByRole('alert').filter({ hasText: 'Nothing was created' })
      await refusal.getByText('The team may have 1,024 MiB of memory').waitFor()
      await refusal.getByText('+ 2,048 of 1,024').waitFor()
    })
  })

  it('waits above the threshold, is approved with less, and runs; the activity tells it', async () => {
    let id = ''
    await as('luis', async page => {
      await go(page, `/new?team=${team.id}`)
      await page.getByLabel('Name', { exact: true }).fill('orchard')
      await page.getByRole('radio', { name: /^Custom/ }).check()
      await page.getByLabel('Memory (MiB)').fill('512')
      await page.getByLabel('Disk (GiB)').fill('1')
      await page.getByText('An administrator has to approve this size.').waitFor()
      await button(page, 'Create without files').click()
      await page.getByText('nothing of it runs before').waitFor()
      await page.getByRole('status').filter({ hasText: 'Waiting for approval' }).first().waitFor()
      id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    })
    await as('administrator', async page => {
      await go(page, '/administration/approvals')
      const request = page.getByRole('region', { name: 'New: orchard' })
      await request.getByText('512 MiB · above the plan').waitFor()
      await request.getByRole('button', { name: 'Approve' }).click()
      await dialog(page).getByLabel('Memory (MiB)').fill('4096')
      await dialog(page).getByRole('button', { name: 'Approve' }).click()
      await dialog(page).getByText('At most 512, as was asked for.').waitFor()
      await dialog(page).getByLabel('Memory (MiB)').fill('128')
      await dialog(page).getByRole('button', { name: 'Approve with less' }).click()
      await page.getByText('Nothing waits for you.').waitFor()
    })
    const service: ServiceAnswer = await admin.waitFor(id, 'running')
    expect(service.ram_mb).toBe(128)
    await as('luis', async page => {
      await go(page, `/services/${id}?tab=settings`)
      const requests = page.getByRole('region', { name: 'Requests for more' })
      await requests.getByText('Approved with less').waitFor()
      await requests.getByText('128 MiB').waitFor()
    })
    await as('ana', async page => {
      await go(page, `/teams/${team.id}?tab=activity`)
      await page.getByRole('listitem').filter({ hasText: 'luis asked for a site · orchard' }).waitFor()
    })
  })

  it('is refused with a reason, which whoever asked for it reads', async () => {
    const luis = createClient(parcela)
    await luis.signIn(loginOf('luis'))
    const wanted = await luis.publish(null, { name: 'vineyard', team_id: team.id, ram_mb: 300 })
    await luis.close()
    expect(wanted.status).toBe('pending_approval')
    await as('administrator', async page => {
      await go(page, '/administration/approvals')
      await page.getByRole('region', { name: 'New: vineyard' }).getByRole('button', { name: 'Refuse' }).click()
      await dialog(page).getByLabel('Reason').fill('Use the meadow.')
      await dialog(page).getByRole('button', { name: 'Refuse' }).click()
      await page.getByText('Nothing waits for you.').waitFor()
    })
    await as('luis', async page => {
      await go(page, `/services/${wanted.id}`)
      const said = page.getByRole('alert').filter({ hasText: 'An administrator refused this' })
      await said.getByText('“Use the meadow.”').waitFor()
    })
    await admin.remove(wanted.id, { purge: true })
    await admin.waitUntilGone(wanted.id)
  })

  it('moves to another team of its owner', async () => {
    const ana = createClient(parcela)
    await ana.signIn(loginOf('ana'))
    const site = await ana.publish(null, { name: 'nursery', team_id: team.id })
    await ana.waitFor(site.id, 'running')
    await ana.close()
    await as('ana', async page => {
      await go(page, `/services/${site.id}?tab=settings`)
      const part = page.getByRole('region', { name: 'Team' })
      await part.getByText('This site belongs to Class 3B.').waitFor()
      await part.getByLabel('Move it to').selectOption({ label: 'ana' })
      await part.getByRole('button', { name: 'Move' }).click()
      await part.getByText('This site belongs to ana.').waitFor()
    })
    expect((await admin.getService(site.id)).team_id).not.toBe(team.id)
  })
})

describe('the administration', () => {
  it('makes administrators, switches people off, and keeps the last administrator', async () => {
    await as('administrator', async page => {
      await go(page, '/administration/people')
      await page.getByLabel('Search people').fill('vera')
      await page.getByRole('heading', { name: '1 person' }).waitFor()
      await button(page, 'Actions for Vera Díaz').click()
      await page.getByRole('menuitem', { name: 'Switch off' }).click()
      await dialog(page).getByRole('button', { name: 'Switch off' }).click()
      await page.getByRole('cell', { name: 'Switched off' }).waitFor()
      await button(page, 'Actions for Vera Díaz').click()
      await page.getByRole('menuitem', { name: 'Switch on again' }).click()
      await dialog(page).getByRole('button', { name: 'Switch on again' }).click()
      await page.getByRole('cell', { name: 'Active' }).waitFor()
      await button(page, 'Actions for Vera Díaz').click()
      await page.getByRole('menuitem', { name: 'Link for a new password' }).click()
      await dialog(page).getByRole('button', { name: 'Make the link' }).click()
      await dialog(page).getByText('Works once, until').waitFor()
      expect(await dialog(page).locator('pre').textContent()).toContain('reset-password')
      await dialog(page).getByRole('button', { name: 'Close' }).click()

      await page.getByLabel('Search people').fill(parcela.admin.email)
      await page.getByRole('heading', { name: '1 person' }).waitFor()
      await button(page, /^Actions for/).click()
      await page.getByRole('menuitem', { name: 'Take administration away' }).click()
      await dialog(page).getByRole('button', { name: 'Take administration away' }).click()
      await dialog(page).getByText('There has to be one administrator who can sign in.').waitFor()
    })
  })

  it('makes a plan, gives it to a team, and lets the team differ from it', async () => {
    await as('administrator', async page => {
      await go(page, '/administration/plans')
      await button(page, 'New plan').click()
      await dialog(page).getByLabel('Name', { exact: true }).fill('Class')
      await dialog(page).getByRole('button', { name: 'Save' }).click()
      await dialog(page).getByText('Another plan is called Class.').waitFor()
      await dialog(page).getByLabel('Name', { exact: true }).fill('Project')
      await dialog(page).getByLabel('Sites and machines').fill('7')
      await dialog(page).getByLabel('Publishes per day').fill('')
      await dialog(page).getByRole('button', { name: 'Save' }).click()
      const made = page.getByRole('region', { name: 'Project' })
      await made.getByText('No limit').waitFor()

      await go(page, '/administration/teams')
      await button(page, 'Change quota: Class 3B').click()
      await dialog(page).getByLabel('Plan', { exact: true }).selectOption({ label: 'Project' })
      await dialog(page).getByLabel('Memory').selectOption('own')
      await dialog(page).getByLabel('Limit (MiB)').fill('3072')
      await dialog(page).getByRole('button', { name: 'Save' }).click()
      await dialog(page).waitFor({ state: 'detached' })
      await go(page, `/teams/${team.id}?tab=quota`)
      await page.getByText(/of 7$/).waitFor()
      await page.getByText(/of 3 GiB$/).waitFor()
    })
  })

  it('promises more of a host, and says what that makes', async () => {
    await as('administrator', async page => {
      await go(page, '/administration/hosts')
      await button(page, /^Change what may be promised/)
        .first()
        .click()
      await page.getByLabel('Memory, times').fill('3')
      await button(page, 'Save').click()
      await page.getByLabel('Memory, times').waitFor({ state: 'detached' })
      const nodes = await ask<{ items: { overcommit: { ram_mb: number } }[] }>('GET', '/nodes')
      expect(nodes.items[0]?.overcommit.ram_mb).toBe(3)
    })
  })

  it('finds in the activity who did what, hands it out as CSV, and checks that it is whole', async () => {
    await as('administrator', async page => {
      await go(page, '/administration/activity')
      await page.getByLabel('Search people, sites, addresses').fill('createTeam')
      await page.getByRole('listitem').filter({ hasText: 'ana made a team · Libary' }).waitFor()
      await page.getByRole('listitem').filter({ hasText: 'Refused' }).first().waitFor()
      await page.getByLabel('Outcome').selectOption('refused')
      await page.getByRole('listitem').filter({ hasText: 'ana made a team · Libary' }).waitFor({ state: 'detached' })
      const row = page.getByRole('listitem').filter({ hasText: 'made a team' }).first()
      await row.getByText('Details').click()
      await row.getByText('conflict (409)').waitFor()
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: 'CSV' }).click()
      expect((await download).suggestedFilename()).toBe('audit.csv')
      await button(page, 'Check all entries').click()
      await page.getByText(/^All \d+ entries are as they were written\.$/).waitFor()
    })
  })

  it('admits an edge with a token that is shown once, and removes it', async () => {
    await as('administrator', async page => {
      await go(page, '/administration/edges')
      await page.getByLabel('Name', { exact: true }).fill('Edge 2')
      await button(page, 'Admit').click()
      await page.getByText('Use letters a–z, digits and hyphens.').waitFor()
      await page.getByLabel('Name', { exact: true }).fill('edge-2')
      await button(page, 'Admit').click()
      await page.getByText('edge-2 is admitted.').waitFor()
      const command = await page.locator('pre').last().textContent()
      expect(command).toMatch(/PARCELA_EDGE_TOKEN=parcela_edge_\S{40,} /)
      expect(command).toContain(`PARCELA_EDGE_GATEWAY=${parcela.url.replace(/\/$/, '')}`)
      await page.getByRole('cell', { name: 'Has not come yet' }).waitFor()
      await page.reload()
      await page.getByRole('cell', { name: 'edge-2', exact: true }).waitFor()
      expect(await page.locator('pre').count()).toBe(0)
      await button(page, 'Remove: edge-2').click()
      await dialog(page).getByRole('button', { name: 'Remove' }).click()
      await page.getByText('No further edge yet.').waitFor()
    })
  })
})

const looks: [name: string, options: BrowserContextOptions][] = [
  ['English, light, wide', { locale: 'en', colorScheme: 'light' }],
  ['Spanish, dark, wide', { locale: 'es', colorScheme: 'dark' }],
  ['Spanish, light, 390 px', { locale: 'es-MX', colorScheme: 'light', viewport: { width: 390, height: 844 } }],
  ['English, dark, 390 px', { locale: 'en-GB', colorScheme: 'dark', viewport: { width: 390, height: 844 } }],
]

const sections = ['approvals', 'people', 'teams', 'plans', 'hosts', 'activity', 'dns', 'edges', 'settings']

/** Pages, each with something that is there once its data is. */
const places = (): [path: string, selector: string][] => [
  ['/teams', 'main ul a'],
  [`/teams/${team.id}`, 'main table'],
  [`/teams/${team.id}?tab=quota`, 'main svg'],
  [`/teams/${team.id}?tab=activity`, 'main ol li'],
  [`/teams/${team.id}?tab=settings`, 'main form'],
  [`/new?team=${team.id}`, 'main fieldset + div svg'],
  [`/services/${siteId}?tab=settings`, 'main section select'],
  ...sections.map((name): [string, string] => [
    `/administration/${name}`,
    name === 'edges' ? 'main form' : name === 'approvals' ? 'main select' : 'main section',
  ]),
]

/** What opens over a page: where, by which button, and that it is there. */
const overlays = (): [path: string, opener: RegExp][] => [
  ['/teams', /^(New team|Equipo nuevo)$/],
  [`/teams/${team.id}`, /^(Remove|Quitar): /],
  ['/administration/teams', /Class 3B$/],
  ['/administration/plans', /^(New plan|Plan nuevo)$/],
]

describe.each(looks)('every page in %s', (_, options) => {
  it('has no barriers and fits its window', async () => {
    const findings: string[] = []
    const check = async (page: Page, name: string): Promise<void> => {
      for (const barrier of await findBarriers(page)) findings.push(`${name}: ${barrier}`)
      const overflow = await overflowOf(page)
      if (overflow > 0) findings.push(`${name}: ${overflow} px wider than its window`)
    }
    await as(
      'administrator',
      async page => {
        for (const [path, selector] of places()) {
          await go(page, path)
          await page.locator(selector).first().waitFor()
          await check(page, path)
        }
        for (const [path, opener] of overlays()) {
          await go(page, path)
          await page.getByRole('button', { name: opener }).first().click()
          await dialog(page).locator('button').first().waitFor()
          await check(page, `${path}, ${opener}`)
        }
        await go(page, '/administration/activity')
        await page.locator('main ol details summary').first().click()
        await check(page, 'details of the activity')
      },
      options,
    )
    expect(findings).toEqual([])
  })
})
