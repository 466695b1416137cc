import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// bin/bench: each measurement prints its ratios and writes test/bench/results/<name>.json. Loaded only when asked for: they need real parts.
const benches: Record<string, () => Promise<void>> = {
  routes: async () => void (await (await import('./routes.ts')).benchRoutes({ file: join(results, 'routes.json') })),
  edge: async () => {
    const { benchEdge, describeEdgeBench } = await import('./edge.ts')
    const report = await benchEdge()
    console.log(describeEdgeBench(report))
    await keep(report)
  },
  api: async () => {
    const { benchApi, describeApi } = await import('./api.ts')
    const report = await benchApi()
    console.log(describeApi(report))
    await keep(report)
  },
  deploy: async () => {
    const { benchDeploy, describeDeploy } = await import('./deploy.ts')
    const report = await benchDeploy()
    console.log(describeDeploy(report))
    await keep(report)
  },
  dns: async () => {
    const { benchDns, describeDns } = await import('./dns.ts')
    const report = await benchDns()
    console.log(describeDns(report))
    await keep(report)
  },
  idle: async () => {
    const { benchIdle, describeIdle } = await import('./idle.ts')
    const report = await benchIdle()
    console.log(describeIdle(report))
    await keep(report)
  },
}

const results = join(dirname(fileURLToPath(import.meta.url)), 'results')
const keep = (report: { name: string }) =>
  writeFile(join(results, `${report.name}.json`), `${JSON.stringify(report, null, 2)}\n`)

const words = process.argv.slice(2)
const unknown = words.filter(word => !(word in benches))
if (unknown.length > 0) {
  console.error(`There is no measurement ${unknown.join(', ')}; choose from: ${Object.keys(benches).join(', ')}`)
  process.exit(2)
}

await mkdir(results, { recursive: true })
for (const [name, measure] of Object.entries(benches)) {
  if (words.length > 0 && !words.includes(name)) continue
  console.log(`\n${name}`)
  await measure()
}
