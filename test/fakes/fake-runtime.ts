import { AppError, type LogLine } from '@parcela/contract'
import type { BuildRequest, Clock, Image, Instance, InstanceSpec, Runtime, ServiceId, TeamId } from '@parcela/core'
import { createFakeClock } from './fake-clock.ts'
import { overlaps } from './overlaps.ts'
import { type Faulty, withFaults } from './with-faults.ts'

type Line = Omit<LogLine, 'release_id'>
type Row = { instance: Instance; spec: InstanceSpec; log: Line[] }
type Foreign = { id: string; port: number | null }

export type FakeRuntime = Faulty<Runtime> & {
  /** While false, every call is `unavailable`. */
  setReachable(reachable: boolean): void
  /** Builds wait until the returned function is called, or until they are aborted. */
  holdBuilds(): () => void
  /** The main process ends by itself. */
  crashInstance(id: string, exit?: { code: number; out_of_memory: boolean }): void
  /** Somebody removes the instance with the engine's own tools. */
  removeByHand(id: string): void
  /** Something that is not ours, perhaps with a port. It is in no list and must stay. Answers its id. */
  addForeign(thing?: { port?: number }): string
  /** Takes our label off an instance: it runs on, and is not ours any more. */
  makeForeign(id: string): void
  listForeign(): string[]
  /** Another network of the host uses this range. */
  takeSubnet(subnet: string): void
  /** A process of the host listens on this port. */
  takePort(port: number): void
  /** Instances of this revision start and never answer, as a program does that hangs. */
  mute(revision: string): void
  /** Whether somebody answers there now: what a probe would find. */
  isAnswering(upstream: { address: string; port: number }): boolean
  /** The release that answers there; undefined when nobody does. */
  findAnswering(upstream: { address: string; port: number }): InstanceSpec | undefined
  writeLog(id: string, text: string, stream?: 'stdout' | 'stderr'): void
}

const address = '127.0.0.1'
const lookAgainMs = 2

/** A runtime in memory, with the contract of the real ones and none of their processes. */
export const createFakeRuntime = (options: { clock?: Clock } = {}): FakeRuntime => {
  const { clock = createFakeClock() } = options
  const rows = new Map<string, Row>()
  const images = new Map<string, Image | null>()
  const networks = new Map<TeamId, string>()
  const foreign = new Map<string, Foreign>()
  const takenPorts = new Set<number>()
  const takenSubnets = new Set<string>()
  const muted = new Set<string>()
  let made = 0
  let held: Promise<void> | undefined

  const nextId = (): string => {
    made += 1
    return `fake${String(made).padStart(8, '0')}`
  }
  const listRows = (serviceId?: ServiceId): Row[] =>
    [...rows.values()].filter(row => !serviceId || row.instance.service_id === serviceId)
  const isPortTaken = (port: number): boolean =>
    takenPorts.has(port) ||
    [...foreign.values()].some(thing => thing.port === port) ||
    listRows().some(row => row.instance.state === 'running' && row.spec.host_port === port)
  const startRow = (row: Row): Instance => {
    const { host_port } = row.spec
    if (isPortTaken(host_port)) {
      throw new AppError('conflict', `Port ${host_port} is used by something else.`, {
        details: { reason: 'port_taken' },
      })
    }
    row.instance = { ...row.instance, state: 'running', exit: null, upstream: { address, port: host_port } }
    return structuredClone(row.instance)
  }
  const stopRow = (id: string, exit: Instance['exit']): void => {
    const row = rows.get(id)
    if (row?.instance.state === 'running') row.instance = { ...row.instance, state: 'stopped', exit, upstream: null }
  }
  const findAnswering = (upstream: { address: string; port: number }): InstanceSpec | undefined =>
    listRows().find(
      ({ instance, spec }) =>
        instance.state === 'running' &&
        upstream.address === address &&
        spec.host_port === upstream.port &&
        !muted.has(spec.revision),
    )?.spec

  const port: Runtime = {
    checkHealth: async () => ({ reachable: true, version: 'fake', problem: null }),
    listInstances: async serviceId => listRows(serviceId).map(row => structuredClone(row.instance)),
    listImages: async serviceId =>
      [...images.values()].flatMap(image =>
        image && (!serviceId || image.service_id === serviceId) ? [structuredClone(image)] : [],
      ),
    listNetworks: async () => [...networks].map(([team_id, subnet]) => ({ team_id, subnet })),
    hasImage: async reference => images.has(reference),

    ensureImage: async (request, { signal, onLine }) => {
      signal.throwIfAborted()
      if (images.has(request.reference)) return
      const size_bytes = await readContext(request, signal, onLine)
      signal.throwIfAborted()
      if (held) await Promise.race([held, rejectWhenAborted(signal)])
      signal.throwIfAborted()
      const { reference, service_id, digest } = request
      images.set(reference, service_id && { reference, service_id, digest, created_at: clock.now(), size_bytes })
    },

    ensureNetwork: async ({ team_id, subnet }) => {
      if (networks.has(team_id)) return
      if ([...takenSubnets, ...networks.values()].some(other => overlaps(other, subnet))) {
        throw new AppError('conflict', `The network ${subnet} is used by something else.`, {
          details: { reason: 'subnet_taken' },
        })
      }
      networks.set(team_id, subnet)
    },

    ensureInstance: async given => {
      const spec = structuredClone(given)
      const siblings = listRows(spec.service_id)
      if (siblings.some(row => row.instance.generation > spec.generation)) {
        throw new AppError('conflict', 'A later generation of this service is there already.', {
          details: { reason: 'stale_generation' },
        })
      }
      const existing = siblings.find(row => row.instance.revision === spec.revision)
      if (existing)
        return existing.instance.state === 'running' ? structuredClone(existing.instance) : startRow(existing)
      if (!images.has(spec.image)) throw new AppError('rejected', `There is no image ${spec.image}.`)
      if (!networks.has(spec.team_id)) throw new AppError('rejected', 'There is no network for this team.')
      const row: Row = { instance: toInstance(spec, nextId(), clock.now()), spec, log: [] }
      const started = startRow(row)
      rows.set(started.id, row)
      return started
    },

    stopInstance: async id => stopRow(id, { code: 0, out_of_memory: false }),
    removeInstance: async id => {
      rows.delete(id)
    },
    removeImage: async reference => {
      if (listRows().some(row => row.instance.image === reference)) throw inUse(`The image ${reference}`)
      images.delete(reference)
    },
    removeNetwork: async ({ team_id }) => {
      if (listRows().some(row => row.instance.team_id === team_id)) throw inUse('The network')
      networks.delete(team_id)
    },

    readLogs: async function* (id, { lines, follow, signal }) {
      let told = Math.max(0, (rows.get(id)?.log.length ?? 0) - lines)
      for (;;) {
        const row = rows.get(id)
        for (const line of row?.log.slice(told) ?? []) {
          told += 1
          yield structuredClone(line)
        }
        if (!follow || !row || signal.aborted) return
        await new Promise(resolve => setTimeout(resolve, lookAgainMs))
      }
    },
  }

  const faulty = withFaults(port)
  return {
    ...faulty,
    checkHealth: async () => {
      try {
        return await faulty.checkHealth()
      } catch (error) {
        return { reachable: false, version: null, problem: error instanceof Error ? error.message : String(error) }
      }
    },
    setReachable: reachable => {
      if (reachable) faulty.heal()
      else faulty.failAll(new AppError('unavailable', 'The container engine does not answer.'))
    },
    holdBuilds: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return () => {
        held = undefined
        resolve()
      }
    },
    crashInstance: (id, exit = { code: 1, out_of_memory: false }) => stopRow(id, exit),
    removeByHand: id => {
      rows.delete(id)
    },
    addForeign: ({ port: foreignPort } = {}) => {
      const id = nextId()
      foreign.set(id, { id, port: foreignPort ?? null })
      return id
    },
    makeForeign: id => {
      const row = rows.get(id)
      if (!row) throw new Error(`There is no instance ${id}`)
      rows.delete(id)
      foreign.set(id, { id, port: row.instance.upstream?.port ?? null })
    },
    listForeign: () => [...foreign.keys()],
    takeSubnet: subnet => {
      takenSubnets.add(subnet)
    },
    takePort: taken => {
      takenPorts.add(taken)
    },
    mute: revision => {
      muted.add(revision)
    },
    isAnswering: upstream => findAnswering(upstream) !== undefined,
    findAnswering,
    writeLog: (id, text, stream = 'stdout') => {
      rows.get(id)?.log.push({ time: clock.now().toISOString(), stream, text })
    },
  }
}

const toInstance = (spec: InstanceSpec, id: string, created_at: Date): Instance => ({
  id,
  service_id: spec.service_id,
  team_id: spec.team_id,
  release_id: spec.release_id,
  revision: spec.revision,
  generation: spec.generation,
  image: spec.image,
  state: 'created',
  exit: null,
  upstream: null,
  created_at,
})

const inUse = (what: string): AppError =>
  new AppError('conflict', `${what} is in use.`, { details: { reason: 'in_use' } })

/** Reads the whole context, as an engine does; a file whose size is not what was announced breaks the stream. */
const readContext = async (
  { context, dockerfile }: BuildRequest,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<number> => {
  onLine(`Step 1/1 : ${dockerfile.split('\n')[0] ?? ''}`)
  let total = 0
  for await (const file of context()) {
    signal.throwIfAborted()
    let size = 0
    for await (const chunk of file.open()) size += chunk.length
    if (size !== file.size) throw new AppError('rejected', `${file.path} has ${size} bytes instead of ${file.size}.`)
    total += size
  }
  onLine('Successfully built')
  return total
}

const rejectWhenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
