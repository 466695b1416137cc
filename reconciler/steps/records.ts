import { toAppError } from '@parcela/contract'
import type { NameServer, RecordSet, Route } from '@parcela/core'
import { Deferred } from '../loop/deferred.ts'
import { notPublished } from '../loop/passing-warnings.ts'
import type { ReconcilerOptions, ReconcilerPorts } from '../loop/reconciler-ports.ts'
import type { Work } from '../loop/work.ts'

const ttlSeconds = 60

/** The records that lead visitors of one service's name to the edge: its own, or the wildcard that all services share. */
export const recordsOf = (host: string, options: ReconcilerOptions): RecordSet[] =>
  pointing(options.recordsMode === 'wildcard' ? `*.${options.appsDomain}` : host, options)

/** All records that should be there while these routes are; names in no zone of ours are somebody else's business. */
export const wantedRecords = (
  routes: readonly Route[],
  options: ReconcilerOptions,
  nameServer: Pick<NameServer, 'zoneOf'>,
): RecordSet[] => {
  const { appsDomain, panelHost, recordsMode } = options
  const hosts = routes.map(({ host }) => host).filter(host => host.endsWith(`.${appsDomain}`))
  const services =
    recordsMode === 'wildcard' ? recordsOf(appsDomain, options) : hosts.flatMap(h => recordsOf(h, options))
  return [...services, ...pointing(panelHost, options)].filter(({ name }) => isOurs(name, nameServer))
}

const pointing = (name: string, { edgeAddresses: { ipv4, ipv6 } }: ReconcilerOptions): RecordSet[] => {
  const records: RecordSet[] = []
  if (ipv4.length > 0) records.push({ name, type: 'A', ttl: ttlSeconds, values: ipv4 })
  if (ipv6.length > 0) records.push({ name, type: 'AAAA', ttl: ttlSeconds, values: ipv6 })
  return records
}

const isOurs = (name: string, nameServer: Pick<NameServer, 'zoneOf'>): boolean =>
  nameServer.zoneOf(name.replace(/^\*\./, '')) !== undefined

/** What the name server has of the service's name. Of one that does not answer it is taken that something is missing, so that this is told. */
export const readRecords = async (
  { nameServer, log }: Pick<ReconcilerPorts, 'nameServer' | 'log'>,
  host: string,
  options: ReconcilerOptions,
): Promise<{ isComplete: boolean; hasOwn: boolean }> => {
  const wanted = recordsOf(host, options).filter(({ name }) => isOurs(name, nameServer))
  try {
    const records = await nameServer.listRecords()
    return {
      isComplete: wanted.every(({ name, type }) =>
        records.some(record => record.name === name && record.type === type),
      ),
      hasOwn: records.some(({ name }) => name === host),
    }
  } catch (error) {
    log.warn({ host, err: error }, 'the name server does not tell its records')
    return { isComplete: false, hasOwn: options.recordsMode === 'each' && wanted.length > 0 }
  }
}

/** Publishes the service's name. The site does not wait for a name server that fails: its status says so, and it is tried again. */
export const ensureRecords = (work: Work): Promise<string> =>
  forgiving(work, async ({ ports, options, site, recordsChanged }) => {
    for (const records of recordsOf(site.host, options).filter(({ name }) => isOurs(name, ports.nameServer)))
      await ports.nameServer.ensureRecords(records)
    recordsChanged()
  })

/** What the name server keeps of it because it does not answer now, the next comparison of everything removes. */
export const removeRecords = (work: Work): Promise<string> =>
  forgiving(work, async ({ ports, site, recordsChanged }) => {
    await ports.nameServer.removeRecords(site.host)
    recordsChanged()
  })

const forgiving = (work: Work, change: (work: Work) => Promise<void>): Promise<string> =>
  work.turns.records(async () => {
    try {
      await change(work)
      return work.site.host
    } catch (error) {
      const { message, cause } = toAppError(error)
      work.ports.log.warn({ service: work.spec.id, err: cause ?? error }, message)
      work.recordsProblem = notPublished(work.site.host, message)
      throw new Deferred(message, error)
    }
  })
