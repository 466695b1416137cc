import { AppError } from '@parcela/contract'
import type { Clock, NameServer, RecordSet } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { createAnswerLimiter } from './answer-limiter.ts'
import { answerQuestion, type Reply, type ZoneData } from './answer-question.ts'
import { checkRecordSet } from './check-record-set.ts'
import { isDomainName, isWithin } from './domain-name.ts'
import { encodeError, encodeReply, encodeTruncated, type Transport } from './encode-reply.ts'
import { listenTcp, type TcpLimits } from './listen-tcp.ts'
import { listenUdp } from './listen-udp.ts'
import { type ParsedPacket, parseQuery } from './parse-query.ts'
import { createRecordTable, isSameRecordSet, isSameTable } from './record-table.ts'
import { createSerialFile } from './serial-file.ts'
import { rcode } from './wire-codes.ts'

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

/**
 * The records live in memory; the reconciler gives them again after every start. Until the first `replaceRecords`, a name without records is
 * answered with SERVFAIL, so that no resolver remembers it as absent. Never recurses, hands over no zone, and answers nothing outside its zones.
 */
export const createEmbeddedNameServer = (options: EmbeddedNameServerOptions): EmbeddedNameServer => {
  const { zones, clock, log } = options
  const [firstZone] = zones
  if (firstZone === undefined || !zones.every(isDomainName)) {
    throw new AppError('invalid', 'The name server needs at least one zone, each a lower-case domain name')
  }
  const { nameServerName = `ns1.${firstZone}`, hostmaster = `hostmaster.${firstZone}` } = options
  const serialFile = createSerialFile({ directory: options.directory, clock })
  const limiter = createAnswerLimiter({ ...(options.udp ?? defaultUdp), clock })
  const data: ZoneData = {
    zones,
    table: createRecordTable(),
    own: createRecordTable(ownRecords(nameServerName, options)),
    loaded: false,
    serial: 0,
    nameServerName,
    hostmaster,
  }
  let listeners: { close(): Promise<void> }[] = []
  let lastChange: Promise<unknown> = Promise.resolve()

  /** One change after the other: the serial is on disk before the records it stands for can be seen. */
  const change = (plan: () => (() => void) | undefined): Promise<void> => {
    const done = lastChange.then(async () => {
      const apply = plan()
      if (apply === undefined) return
      data.serial = await serialFile.raise()
      apply()
    })
    lastChange = done.then(ignore, ignore)
    return done
  }

  const handle = (packet: Buffer, transport: Transport, from: string): Buffer | undefined => {
    const parsed = parseQuery(packet)
    if (parsed.kind === 'ignored') return undefined
    const verdict = transport === 'udp' ? limiter.judge(from) : 'send'
    if (verdict === 'drop') return undefined
    try {
      return encodeParsed(parsed, data, { transport, slip: verdict === 'slip' })
    } catch (error) {
      // The listeners' rim, like the HTTP server's: one question that fails must not end the process.
      log.error({ err: error }, 'a DNS question could not be answered')
      return undefined
    }
  }

  const listen = async (port: number): Promise<number> => {
    const address = { bind: options.bind, port }
    const tcp = await listenTcp(address, packet => handle(packet, 'tcp', ''), {
      log,
      limits: options.tcp ?? defaultTcp,
    })
    listeners.push(tcp)
    const udp = await listenUdp({ ...address, port: tcp.port }, (packet, from) => handle(packet, 'udp', from), { log })
    listeners.push(udp)
    return tcp.port
  }

  const stop = async (): Promise<void> => {
    const closing = listeners
    listeners = []
    await Promise.all(closing.map(listener => listener.close()))
  }

  return {
    ensureRecords: async record => {
      checkRecordSet(record, zones)
      await change(() => {
        const existing = [...(data.table.at(record.name)?.values() ?? [])]
        if (existing.some(other => isSameRecordSet(other, record))) return undefined
        checkAliases([...existing.filter(other => other.type !== record.type), record])
        return () => data.table.set(record)
      })
    },
    removeRecords: name => change(() => (data.table.at(name) ? () => data.table.remove(name) : undefined)),
    replaceRecords: async records => {
      for (const record of records) checkRecordSet(record, zones)
      checkAliases(records)
      await change(() => {
        const wanted = createRecordTable(records)
        const isLoaded = data.loaded && isSameTable(data.table, wanted)
        return isLoaded ? undefined : () => Object.assign(data, { table: wanted, loaded: true })
      })
    },
    listRecords: async () => data.table.list(),

    start: async () => {
      data.serial = await serialFile.read().then(serial => (serial === 0 ? serialFile.raise() : serial))
      for (let attempt = 1; ; attempt++) {
        try {
          return { port: await listen(options.port) }
        } catch (error) {
          await stop()
          // A free TCP port may be taken for UDP: with any port asked for, another one does as well.
          if (options.port !== 0 || attempt >= anyPortAttempts) throw explain(error, options)
        }
      }
    },
    stop,
  }
}

const ownRecords = (name: string, { zones, nameServerAddresses }: EmbeddedNameServerOptions): RecordSet[] => {
  const { ipv4 = [], ipv6 = [] } = nameServerAddresses ?? {}
  const records: RecordSet[] = [
    { name, type: 'A', ttl: 3600, values: ipv4 },
    { name, type: 'AAAA', ttl: 3600, values: ipv6 },
  ]
  return zones.some(zone => isWithin(name, zone)) ? records.filter(({ values }) => values.length > 0) : []
}

const encodeParsed = (
  parsed: Exclude<ParsedPacket, { kind: 'ignored' }>,
  data: ZoneData,
  { transport, slip }: { transport: Transport; slip: boolean },
): Buffer => {
  if (parsed.kind === 'error') return encodeError(parsed)
  const { query } = parsed
  const reply = query.edns && query.edns.version > 0 ? badVersion : answerQuestion(query, data)
  return slip ? encodeTruncated(query, reply) : encodeReply(query, reply, transport)
}

const badVersion: Reply = {
  rcode: rcode.badVersion,
  authoritative: false,
  answers: [],
  authorities: [],
  additionals: [],
}

/** An alias is alone at its name (RFC 2181, section 10.1). */
const checkAliases = (records: readonly RecordSet[]): void => {
  const types = Map.groupBy(records, record => record.name)
  for (const [name, sets] of types) {
    if (sets.length > 1 && sets.some(set => set.type === 'CNAME')) {
      throw new AppError(
        'rejected',
        `The name server refused CNAME of ${name}: an alias cannot have other records beside it`,
      )
    }
  }
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

const ignore = (): undefined => undefined
