import { isIP } from 'node:net'
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
import { createTurn, type Log } from '@parcela/kit'
import { createAnnouncer } from './announce-change.ts'
import { createAnswerLimiter } from './answer-limiter.ts'
import { answerPacket, type Sender } from './answer-packet.ts'
import { answersFor } from './ask-itself.ts'
import { listenTcp, type TcpLimits } from './listen-tcp.ts'
import { listenUdp } from './listen-udp.ts'
import { createRecordTable, isSameRecordSet, isSameTable } from './record-table.ts'
import { createSerialFile } from './serial-file.ts'
import { createTsig, type TransferKey } from './tsig.ts'
import { createValidations } from './validations.ts'
import { setsAt, type ZoneData } from './zone-records.ts'

export type EmbeddedNameServerOptions = {
  /** The address to listen on, UDP and TCP. */
  bind: string
  /** 0 takes any free port. */
  port: number
  /** The names this server speaks for: `apps.localhost`. */
  zones: readonly string[]
  /** Where the serial is kept, so that it never goes back. */
  directory: string
  clock: Clock
  log: Log
  /** The name of this server in NS and SOA; `ns1.<first zone>` unless given. */
  nameServerName?: string
  /** Where that name points, when it lies in a zone; the records that others give do not include it. */
  nameServerAddresses?: { ipv4: readonly string[]; ipv6: readonly string[] }
  /** Who to write to, as a name: `hostmaster.<first zone>` unless given. */
  hostmaster?: string
  /** UDP replies per asking network. */
  udp?: { perSecond: number; burst: number }
  tcp?: TcpLimits
  /** Secondaries that may have the zones as a whole, signed with one of the keys; nobody may unless given. */
  transfer?: {
    keys: readonly TransferKey[]
    allowedAddresses: readonly string[]
    /** The names of those that the zones list beside this server. */
    nameServerNames?: readonly string[]
    /** Where they listen for news of a change: 53 unless given. */
    notifyPort?: number
  }
}

/** An authoritative name server in this process. */
export type EmbeddedNameServer = NameServer & {
  /** `unavailable` when the port cannot be had. */
  start(): Promise<{ port: number }>
  /** Ends open connections. Idempotent. */
  stop(): Promise<void>
}

const defaultUdp = { perSecond: 200, burst: 1000 }
const defaultTcp: TcpLimits = { connections: 128, idleMs: 10_000, messageBytes: 4096 }
const anyPortAttempts = 10
/** How long the secondaries may go on telling validations that have ended. */
const sweepMs = 60_000

/**
 * The records live in memory; the reconciler gives them again after every start. Until the first `replaceRecords`, a name without records is
 * answered with SERVFAIL, so that no resolver remembers it as absent. Never recurses, hands its zones to listed secondaries alone, and answers
 * nothing outside its zones. Validations are answered at once and are forgotten when the process ends: who asked for one asks again.
 */
export const createEmbeddedNameServer = (options: EmbeddedNameServerOptions): EmbeddedNameServer => {
  const { zones, clock, log, bind, transfer } = options
  const [firstZone] = checkOptions(options)
  const { nameServerName = `ns1.${firstZone}`, hostmaster = `hostmaster.${firstZone}` } = options
  const serialFile = createSerialFile({ directory: options.directory, clock })
  const limiter = createAnswerLimiter({ ...(options.udp ?? defaultUdp), clock })
  const tsig = createTsig({ keys: transfer?.keys ?? [], clock })
  const allowedAddresses = transfer?.allowedAddresses ?? []
  const data: ZoneData = {
    zones,
    table: createRecordTable(),
    own: createRecordTable(ownRecords(nameServerName, options)),
    validations: createValidations({ clock }),
    loaded: false,
    serial: 0,
    nameServerName,
    secondaryNames: transfer?.nameServerNames ?? [],
    hostmaster,
  }
  const context = { data, limiter, rights: { tsig, allowedAddresses } }
  const takeTurn = createTurn()
  let listeners: { close(): Promise<void> }[] = []
  let listening: { address: string; port: number } | undefined
  let announcer: ReturnType<typeof createAnnouncer> | undefined

  /** One change after the other: the serial is on disk before the records it stands for can be seen. */
  const change = (plan: () => (() => void) | undefined): Promise<void> =>
    takeTurn(async () => {
      const apply = plan()
      if (apply === undefined) return
      data.serial = await serialFile.raise()
      apply()
      announcer?.announce()
    })

  const forgetEndedValidations = (): Promise<void> =>
    change(() => (data.validations.hasEnded() ? data.validations.forgetEnded : undefined))

  const handle = (packet: Buffer, sender: Sender): readonly Buffer[] => {
    try {
      return answerPacket(packet, sender, context)
    } catch (error) {
      // The listeners' rim, like the HTTP server's: one question that fails must not end the process.
      log.error({ err: error }, 'a DNS question could not be answered')
      return []
    }
  }

  const listen = async (port: number): Promise<number> => {
    const limits = options.tcp ?? defaultTcp
    const tcp = await listenTcp({ bind, port }, (packet, address) => handle(packet, { transport: 'tcp', address }), {
      log,
      limits,
    })
    listeners.push(tcp)
    const udp = await listenUdp(
      { bind, port: tcp.port },
      (packet, address) => handle(packet, { transport: 'udp', address }),
      { log },
    )
    listeners.push(udp)
    return tcp.port
  }

  const stopListening = async (): Promise<void> => {
    const closing = listeners
    listeners = []
    listening = undefined
    await Promise.all(closing.map(listener => listener.close()))
  }

  const startListening = async (): Promise<number> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await listen(options.port)
      } catch (error) {
        await stopListening()
        // A free TCP port may be taken for UDP: with any port asked for, another one does as well.
        if (options.port !== 0 || attempt >= anyPortAttempts) throw explain(error, options)
      }
    }
  }

  return {
    ensureRecords: async record => {
      checkRecordSet(record, zones)
      await change(() => {
        const existing = [...(data.table.at(record.name)?.values() ?? [])]
        if (existing.some(other => isSameRecordSet(other, record))) return undefined
        checkAliases([...existing.filter(other => other.type !== record.type), record])
        if (record.type === 'CNAME' && data.validations.at(record.name)) throw aliasNotAlone(record.name)
        return () => data.table.set(record)
      })
    },
    removeRecords: name => change(() => (data.table.at(name) ? () => data.table.remove(name) : undefined)),
    replaceRecords: async records => {
      for (const record of records) checkRecordSet(record, zones)
      checkAliases(records)
      await forgetEndedValidations()
      await change(() => {
        const wanted = createRecordTable(records)
        const isLoaded = data.loaded && isSameTable(data.table, wanted)
        return isLoaded ? undefined : () => Object.assign(data, { table: wanted, loaded: true })
      })
    },
    listRecords: async () => data.table.list(),

    addValidation: async (name, value) => {
      checkValidation(name, value, zones)
      await change(() => {
        if (setsAt(name, data)?.has('CNAME')) throw aliasNotAlone(name)
        return () => data.validations.add(name, value)
      })
    },
    removeValidation: (name, value) =>
      change(() => (data.validations.has(name, value) ? () => data.validations.remove(name, value) : undefined)),

    zoneOf: name => zoneOf(name, zones),
    check: async () => {
      if (listening === undefined) return { problem: 'The name server is not started.' }
      if (await answersFor(firstZone, listening)) return { problem: null }
      return { problem: `The name server does not answer at port ${listening.port} of ${listening.address}.` }
    },

    start: async () => {
      data.serial = await serialFile.read().then(serial => (serial === 0 ? serialFile.raise() : serial))
      const port = await startListening()
      listening = { address: reachable(bind), port }
      announcer = createAnnouncer({
        zones,
        secondaries: allowedAddresses,
        port: transfer?.notifyPort ?? 53,
        from: bind,
        tsig,
        log,
      })
      const sweep = setInterval(() => {
        forgetEndedValidations().catch(error => log.error({ err: error }, 'ended validations could not be forgotten'))
      }, sweepMs)
      listeners.push(announcer, { close: async () => clearInterval(sweep) })
      return { port }
    },
    stop: stopListening,
  }
}

const checkOptions = ({ zones, transfer }: EmbeddedNameServerOptions): [string] => {
  const [firstZone] = zones
  if (firstZone === undefined || !zones.every(isDomainName)) {
    throw new AppError('invalid', 'The name server needs at least one zone, each a lower-case domain name')
  }
  const wrong = transfer?.allowedAddresses.find(address => isIP(address) === 0)
  if (wrong !== undefined) throw new AppError('invalid', `The secondary name server "${wrong}" is not an IP address`)
  return [firstZone]
}

/** Where a server that listens at every address is asked from the same machine. */
const reachable = (bind: string): string => ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[bind] ?? bind

const ownRecords = (name: string, { zones, nameServerAddresses }: EmbeddedNameServerOptions): RecordSet[] => {
  const { ipv4 = [], ipv6 = [] } = nameServerAddresses ?? {}
  const records: RecordSet[] = [
    { name, type: 'A', ttl: 3600, values: ipv4 },
    { name, type: 'AAAA', ttl: 3600, values: ipv6 },
  ]
  return zoneOf(name, zones) ? records.filter(({ values }) => values.length > 0) : []
}

const explain = (error: unknown, { bind, port }: EmbeddedNameServerOptions): unknown => {
  const { code } = error as NodeJS.ErrnoException
  const problem = {
    EADDRINUSE: 'is used by another program. Choose another with PARCELA_DNS_PORT',
    EACCES: 'may not be opened by this user. Choose one above 1023 with PARCELA_DNS_PORT, or start as root',
    EADDRNOTAVAIL: 'cannot be opened, for this machine has no such address. Set PARCELA_BIND to one that it has',
  }[code ?? '']
  if (problem === undefined) return error
  return new AppError('unavailable', `The name server cannot listen: port ${port} of ${bind} ${problem}.`, {
    cause: error,
  })
}
