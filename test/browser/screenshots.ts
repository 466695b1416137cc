import { createClient, makeSite, startParcela } from '../system/support/index.ts'
import { launchBrowser } from './support/launch-browser.ts'
import { openAddress, signIn, visit } from './support/page-visit.ts'

// Takes the picture of the page that the README shows: `node test/browser/screenshots.ts`.

const target = new URL('../../docs/page.png', import.meta.url).pathname
const names = ['biblioteca', 'feria-de-ciencias', 'huerta-escolar']

const parcela = await startParcela({ sample: true })
const client = createClient(parcela)
try {
  await client.signIn()
  for (const name of names) {
    const service = await client.publish(makeSite({ mark: name }), { name, ram_mb: 512, cpus: 0.5, storage_gb: 10 })
    await client.waitFor(service.id, 'running')
  }
  const [shown] = (await client.listServices()).items.filter(({ name }) => name === 'huerta-escolar')
  const release = await client.publishAgain(shown?.id ?? '', makeSite({ mark: 'again', bytes: 2_400_000 }))
  await client.waitForRelease(shown?.id ?? '', release.id)
  const chromium = await launchBrowser(parcela)
  const { page } = await visit(chromium.browser, parcela, { colorScheme: 'light' })
  await signIn(page, parcela)
  await openAddress(page, new URL(`/services/${shown?.id}`, parcela.url).href)
  await page.getByRole('button', { name: 'Show the steps' }).click()
  await page.getByText('Visitors get release 2.').waitFor()
  await page.mouse.move(0, 0)
  await page.screenshot({ path: target })
  await chromium.close()
} finally {
  await client.close()
  await parcela.stop()
}
