import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, listProcesses, startParcela } from '../system/support/index.ts'
import { readUsage, type Usage } from './process-tree.ts'

const services = 3
const settleMs = 30_000
const watchMs = 60_000
const goals = { resident_mb: 200, cpu_percent: 1 }

/** What everything of ours uses while nobody asks for anything: gateway, reconciler, edge, name server and database, with a few sites running. */
export const benchIdle = async () => {
  const parcela = await startParcela()
  const client = createClient(parcela)
  try {
    await client.signIn()
    for (let index = 0; index < services; index += 1) {
      const { id } = await client.publish({ 'index.html': 'idle' }, { name: `idle-${index}` })
      await client.waitFor(id, 'running')
    }
    await client.close()
    await sleep(settleMs)
    const pids = [parcela.pid, ...(await listProcesses(parcela.home))]
    const before = await readUsage(pids)
    await sleep(watchMs)
    const after = await readUsage(pids)
    return report(parcela.pid, before, after)
  } finally {
    await parcela.stop()
  }
}

const report = (main: number, before: readonly Usage[], after: readonly Usage[]) => {
  const sum = (usages: readonly Usage[], pick: (usage: Usage) => number) =>
    usages.reduce((total, usage) => total + pick(usage), 0)
  const started = new Map(before.map(usage => [usage.pid, usage.cpu_seconds]))
  const seconds = sum(after, usage => usage.cpu_seconds - (started.get(usage.pid) ?? 0))
  const cpu = (seconds / (watchMs / 1000)) * 100
  // The database's and nginx's processes share pages with each other; the platform's own process shares its program with nothing of ours,
  // only with whatever else runs on Node here, such as this measurement.
  const resident = sum(after, usage => (usage.pid === main ? usage.rss_mb : usage.pss_mb))
  return {
    name: 'idle',
    services,
    /** Shared pages counted once. */
    resident_mb: Math.round(resident),
    /** Shared pages counted in every process that maps them. */
    rss_sum_mb: Math.round(sum(after, usage => usage.rss_mb)),
    cpu_percent: Number(cpu.toFixed(2)),
    goals,
    met: resident <= goals.resident_mb && cpu < goals.cpu_percent,
    processes: after
      .toSorted((one, other) => other.pss_mb - one.pss_mb)
      .map(({ name, pss_mb, rss_mb }) => ({ name, pss_mb: Math.round(pss_mb), rss_mb: Math.round(rss_mb) })),
  }
}

/** For a terminal. */
export const describeIdle = (facts: Awaited<ReturnType<typeof benchIdle>>): string => {
  const { goals, resident_mb, rss_sum_mb, cpu_percent } = facts
  return [
    `${facts.services} sites, and nobody asks for anything; everything of ours, database and nginx included`,
    `  resident memory    ${String(resident_mb).padStart(6)} MB (goal: at most ${goals.resident_mb}; ${rss_sum_mb} when shared pages count in each process)`,
    `  processor          ${String(cpu_percent).padStart(6)} % of a core (goal: below ${goals.cpu_percent})`,
    facts.met ? '  both goals met' : '  not both goals met',
  ].join('\n')
}
