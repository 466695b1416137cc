import { AppError } from '@parcela/contract'
import {
  aliasNotAlone,
  type Clock,
  checkAliases,
  checkRecordSet,
  checkValidation,
  isDomainName,
  type NameServer,
  type RecordSet,
  zoneOf,
} from '@parcela/core'
import { createTurn, type Log, waitUntil } from '@parcela/kit'
import { markedName, type NameView, viewName } from './marks.ts'
import { type Change, planRecords, planValidation, planValidationsEnd, type Update } from './plan-update.ts'
import { sendTogether } from './send-together.ts'
import { createServerTalk, type ServerOptions } from './talk-to-server.ts'
import { type FoundSets, recordTypes } from './zone-text.ts'

export type Rfc2136NameServerOptions = ServerOptions & {
  /** The zones that the server is primary for and we may write to. */
  zones: readonly string[]
  /** Says whose a record is in its mark, so that two installations can share a zone: letters, digits, `-` and `_`. */
  ownerId: string
  clock: Clock
  log: Log
}

const validationSeconds = 3600
const visibleMs = 15_000
/** Bytes of a name with the longest mark before it must fit into 253. */
const nameLimit = 229

/**
 * Records on a name server that takes dynamic updates (RFC 2136): every look and change is an exchange with it, so that what it lost or what
 * somebody else did there is seen. Each update says in its prerequisites whose the name is, and the server does all of it or nothing.
 *
 * BIND: `allow-update` or `update-policy`, and `allow-transfer`, for the key. PowerDNS: `dnsupdate=yes`, the metadata TSIG-ALLOW-DNSUPDATE and
 * TSIG-ALLOW-AXFR. Knot: an `acl` with the key and the actions update and transfer. Windows DNS signs by GSS-TSIG (Kerberos) alone, which is not
 * spoken here: leave out the key there, allow nonsecure updates, and let a firewall decide who reaches it.
 *
 * Where zones may not be transferred, only names that were given to this object are known: those that an earlier process left behind stay.
 */
export const createRfc2136NameServer = (options: Rfc2136NameServerOptions): NameServer => {
  const { zones, ownerId, clock, log } = options
  checkOptions(options)
  const talk = createServerTalk(options)
  const takeTurn = createTurn()
  const known = new Set<string>()
  let isTransferMissed = false

  const nowSeconds = () => Math.floor(clock.now().getTime() / 1000)
  const contextOf = (name: string) => ({ zone: zoneOf(name, zones) ?? '', ownerId })
  const look = async (name: string): Promise<NameView> => viewName(name, await talk.readNames([name]), ownerId)

  /** All names that bear a mark of ours, and these. */
  const lookAtAll = async (wanted: readonly string[]): Promise<NameView[]> => {
    const views: NameView[] = []
    for (const zone of zones) {
      const isHere = (name: string) => zoneOf(name, zones) === zone
      const expected = [...known, ...wanted].filter(isHere)
      const whole = await talk.readZone(zone)
      if (!whole) warnOfMissedTransfer(zone)
      const found = whole ?? (await talk.readNames([...new Set(expected)]))
      const names = new Set([...namesIn(found), ...expected].filter(isHere))
      views.push(...[...names].map(name => viewName(name, found, ownerId)))
    }
    return views
  }

  const warnOfMissedTransfer = (zone: string): void => {
    if (isTransferMissed) return
    isTransferMissed = true
    log.warn(
      { zone, server: talk.where },
      'the name server does not hand over the zone: records that an earlier process left behind are not seen',
    )
  }

  /** Sends one update, or throws what the server said. */
  const send = async (update: Update | undefined): Promise<void> => {
    if (!update) return
    for (const outcome of await talk.sendUpdates([update])) {
      if (outcome.status !== 'NOERROR') throw talk.explainRefusal(outcome)
    }
    known.add(update.name)
  }

  const replace = async (records: readonly RecordSet[]): Promise<void> => {
    const wanted = Map.groupBy(records, record => record.name)
    const failures: unknown[] = []
    const updates = (await lookAtAll([...wanted.keys()])).flatMap(view => {
      try {
        const ended = view.validations.filter(({ until }) => until <= nowSeconds())
        const context = contextOf(view.name)
        const left = { ...view, validations: view.validations.filter(each => !ended.includes(each)) }
        return [
          planValidationsEnd(view, ended, context),
          planRecords(left, changesTo(wanted.get(view.name) ?? []), context),
        ]
      } catch (error) {
        // One name that is somebody else's does not keep the others from being put right; it is told at the end.
        failures.push(error)
        return []
      }
    })
    const planned = updates.filter(update => update !== undefined)
    for (const outcome of await sendTogether(planned, talk)) {
      if (outcome.status !== 'NOERROR') failures.push(talk.explainRefusal(outcome))
    }
    for (const name of wanted.keys()) known.add(name)
    if (failures.length > 0) throw gather(failures)
  }

  const awaitVisible = (name: string, value: string): Promise<unknown> =>
    waitUntil(async () => (await talk.readNames([name])).get(name)?.get('TXT')?.values.includes(value), {
      timeoutMs: visibleMs,
      everyMs: 250,
      what: `the validation at ${name}`,
    })

  return {
    ensureRecords: async record => {
      checkRecordSet(record, zones)
      checkLength(record.name)
      await takeTurn(async () =>
        send(planRecords(await look(record.name), [{ type: record.type, wanted: record }], contextOf(record.name))),
      )
    },
    removeRecords: async name => {
      if (!isDomainName(name) || zoneOf(name, zones) === undefined || isTooLong(name)) return
      await takeTurn(async () => send(planRecords(await look(name), changesTo([]), contextOf(name))))
    },
    replaceRecords: async records => {
      for (const record of records) {
        checkRecordSet(record, zones)
        checkLength(record.name)
      }
      checkAliases(records)
      await takeTurn(() => replace(records))
    },
    listRecords: () => takeTurn(async () => (await lookAtAll([])).flatMap(view => view.records)),

    addValidation: async (name, value) => {
      checkValidation(name, value, zones)
      checkLength(name)
      await takeTurn(async () => {
        const view = await look(name)
        if (view.types.includes('CNAME')) throw aliasNotAlone(name)
        await send(planValidation(view, { value, until: nowSeconds() + validationSeconds }, contextOf(name)))
      })
      await awaitVisible(name, value)
    },
    removeValidation: async (name, value) => {
      if (!isDomainName(name) || zoneOf(name, zones) === undefined || isTooLong(name)) return
      await takeTurn(async () => {
        const view = await look(name)
        const ended = view.validations.filter(each => each.value === value)
        await send(planValidationsEnd(view, ended, contextOf(name)))
      })
    },

    zoneOf: name => zoneOf(name, zones),
    check: async () => {
      try {
        for (const zone of zones) await talk.checkZone(zone)
        return { problem: null }
      } catch (error) {
        // The answer of a check is what is wrong, in the same words.
        if (error instanceof AppError) return { problem: error.message }
        throw error
      }
    },
  }
}

const checkOptions = ({ zones, ownerId }: Rfc2136NameServerOptions): void => {
  if (zones.length === 0 || !zones.every(isDomainName)) {
    throw new AppError('invalid', 'The name server needs at least one zone, each a lower-case domain name')
  }
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(ownerId)) {
    throw new AppError('invalid', 'The owner of records is named by 1 to 100 letters, digits, - and _')
  }
}

const isTooLong = (name: string): boolean => name.length > nameLimit

const checkLength = (name: string): void => {
  if (!isTooLong(name)) return
  throw new AppError(
    'rejected',
    `The name server refused ${name}: with the mark beside it, a name has at most ${nameLimit} characters`,
  )
}

/** Exactly these records at a name. */
const changesTo = (wanted: readonly RecordSet[]): Change[] =>
  recordTypes.map(type => ({ type, wanted: wanted.find(set => set.type === type) ?? null }))

const namesIn = (found: FoundSets): string[] => [...found.keys()].flatMap(name => markedName(name) ?? [])

/** The failures of many names as one: the first that is more than a name that is taken, or all of those. */
const gather = (failures: readonly unknown[]): unknown => {
  const names: string[] = []
  for (const error of failures) {
    if (!(error instanceof AppError) || error.details?.reason !== 'not_ours') return error
    names.push(...(error.details.names as string[]))
  }
  if (names.length === 1) return failures[0]
  const some = names.slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : '')
  return new AppError('conflict', `The name server has records at ${names.length} names that are not ours: ${some}`, {
    details: { reason: 'not_ours', names },
    cause: failures[0],
  })
}
