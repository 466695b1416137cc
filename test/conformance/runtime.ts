import type { BuildRequest, InstanceSpec, Runtime, ServiceId, TeamId } from '@parcela/core'
import { waitUntil } from '@parcela/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** A runtime to try, and the world around it, which the suite may change behind its back. */
export type RuntimeWorld = {
  runtime: Runtime
  /** The same kind of runtime, in front of an engine that does not answer. */
  unreachable: Runtime
  platform: string
  /** The image to build on, built already. */
  base: string
  /** A free range for the n-th team. */
  subnet(n: number): string
  freePort(): Promise<number>
  /** A port of the host that something else has. */
  takePort(): Promise<number>
  /** A range that another network of the host has. */
  takeSubnet(): Promise<string>
  /** Something that is not ours but looks like it. */
  addForeign(): Promise<{ isThere(): Promise<boolean> }>
  isAnswering(upstream: { address: string; port: number }): Promise<boolean>
  /** Makes the instance write a line of output that holds the word. */
  say(instance: { id: string; upstream: { address: string; port: number } | null }, word: string): Promise<void>
  /** A Dockerfile whose build takes long, until it is released. */
  slowBuild(): { dockerfile: string; release(): void }
  end(): Promise<void>
}

const never = new AbortController().signal
const quick = { graceSeconds: 1 }
const team = 'team_conformance1' as TeamId

/** The promises of the port `Runtime`, the same for every implementation. */
export const describeRuntime = (name: string, make: () => Promise<RuntimeWorld>): void => {
  describe(name, () => {
    let world: RuntimeWorld
    let runtime: Runtime
    let made = 0

    beforeAll(async () => {
      world = await make()
      runtime = world.runtime
      await runtime.ensureNetwork({ team_id: team, subnet: world.subnet(1) })
    })
    afterAll(async () => {
      if (!world) return
      await removeEverything(runtime)
      await world.end()
    })

    const newService = (): ServiceId => {
      made += 1
      return `svc_conformance${made}` as ServiceId
    }

    const imageOf = async (service: ServiceId): Promise<string> => {
      const request = siteRequest(world, service, { 'index.html': `<p>${service}` })
      await runtime.ensureImage(request, { signal: never, onLine: () => undefined })
      return request.reference
    }

    const specOf = async (service: ServiceId, changes: Partial<InstanceSpec> = {}): Promise<InstanceSpec> => ({
      service_id: service,
      team_id: team,
      name: service.replace('_', '-'),
      release_id: null,
      revision: 'aaaaaaaaaaaa',
      generation: 1,
      image: changes.image ?? (await imageOf(service)),
      container_port: 8080,
      host_port: changes.host_port ?? (await world.freePort()),
      ram_mb: 64,
      cpus: 0.5,
      pids_limit: 128,
      env: {},
      tmpfs: { '/run/apache': 1, '/tmp': 4 },
      stop_signal: 'SIGWINCH',
      network: { team_id: team, subnet: world.subnet(1) },
      ...changes,
    })

    const awaitAnswer = (upstream: { address: string; port: number } | null): Promise<true> =>
      waitUntil(async () => upstream !== null && (await world.isAnswering(upstream)), {
        timeoutMs: 20_000,
        what: 'the instance to answer',
      })

    test('an engine that answers is healthy', async () => {
      expect(await runtime.checkHealth()).toMatchObject({ reachable: true, problem: null })
    })

    test('an image asked for twice is built once and listed with its service and digest', async () => {
      const service = newService()
      const request = siteRequest(world, service, { 'index.html': 'once' })
      let reads = 0
      const counted: BuildRequest = {
        ...request,
        context: () => {
          reads += 1
          return request.context()
        },
      }
      const lines: string[] = []
      await runtime.ensureImage(counted, { signal: never, onLine: line => lines.push(line) })
      await runtime.ensureImage(counted, { signal: never, onLine: () => undefined })
      expect(reads).toBe(1)
      expect(lines.length).toBeGreaterThan(0)
      expect(await runtime.hasImage(request.reference)).toBe(true)
      expect(await runtime.listImages(service)).toMatchObject([
        { reference: request.reference, service_id: service, digest: request.digest },
      ])
    })

    test('an aborted build rejects with the reason and leaves no image', async () => {
      const service = newService()
      const { dockerfile, release } = world.slowBuild()
      const request = { ...siteRequest(world, service, { 'index.html': 'slow' }), dockerfile }
      const aborting = new AbortController()
      const building = runtime.ensureImage(request, {
        signal: aborting.signal,
        onLine: () => setTimeout(() => aborting.abort(new Error('superseded')), 50),
      })
      await expect(building).rejects.toThrow('superseded')
      release()
      expect(await runtime.hasImage(request.reference)).toBe(false)
    })

    test('a context file that cannot be read fails the build with its error', async () => {
      const service = newService()
      const request = siteRequest(world, service, { 'index.html': 'unreadable' })
      const broken: BuildRequest = {
        ...request,
        context: async function* () {
          for await (const file of request.context()) yield { ...file, open: unreadable }
        },
      }
      await expect(runtime.ensureImage(broken, { signal: never, onLine: () => undefined })).rejects.toThrow()
      expect(await runtime.hasImage(request.reference)).toBe(false)
    })

    test('an instance asked for twice is one instance that answers at its upstream', async () => {
      const spec = await specOf(newService(), { release_id: 'rel_1' as InstanceSpec['release_id'] })
      const first = await runtime.ensureInstance(spec)
      const second = await runtime.ensureInstance(spec)
      expect(second.id).toBe(first.id)
      expect(await runtime.listInstances(spec.service_id)).toMatchObject([
        { id: first.id, state: 'running', revision: spec.revision, generation: 1, release_id: 'rel_1', exit: null },
      ])
      await awaitAnswer(first.upstream)
    })

    test('the same instance asked for twice at the same time is made once', async () => {
      const spec = await specOf(newService())
      const [one, other] = await Promise.all([runtime.ensureInstance(spec), runtime.ensureInstance(spec)])
      expect(other.id).toBe(one.id)
      expect(await runtime.listInstances(spec.service_id)).toHaveLength(1)
    })

    test('a stopped instance answers no more, and starts again when it is asked for', async () => {
      const spec = await specOf(newService())
      const { id, upstream } = await runtime.ensureInstance(spec)
      await awaitAnswer(upstream)
      await runtime.stopInstance(id, quick)
      await runtime.stopInstance(id, quick)
      expect(await runtime.listInstances(spec.service_id)).toMatchObject([{ id, state: 'stopped', upstream: null }])
      expect(upstream && (await world.isAnswering(upstream))).toBe(false)
      const again = await runtime.ensureInstance(spec)
      expect(again).toMatchObject({ id, state: 'running', exit: null })
      await awaitAnswer(again.upstream)
    })

    test('two revisions of a service run beside each other', async () => {
      const service = newService()
      const before = await runtime.ensureInstance(await specOf(service))
      const after = await runtime.ensureInstance(
        await specOf(service, { image: before.image, revision: 'bbbbbbbbbbbb', generation: 2 }),
      )
      await awaitAnswer(before.upstream)
      await awaitAnswer(after.upstream)
      await runtime.removeInstance(before.id, quick)
      expect(await runtime.listInstances(service)).toMatchObject([{ id: after.id, state: 'running' }])
    })

    test('an older generation is refused with stale_generation', async () => {
      const service = newService()
      const { image } = await runtime.ensureInstance(await specOf(service, { generation: 5 }))
      const older = runtime.ensureInstance(await specOf(service, { image, generation: 4, revision: 'bbbbbbbbbbbb' }))
      await expect(older).rejects.toMatchObject({ code: 'conflict', details: { reason: 'stale_generation' } })
      expect(await runtime.listInstances(service)).toHaveLength(1)
    })

    test('an image that does not exist is rejected', async () => {
      const service = newService()
      const spec = await specOf(service, { image: `parcela-${world.platform}/${service}:missing` })
      await expect(runtime.ensureInstance(spec)).rejects.toMatchObject({ code: 'rejected' })
      expect(await runtime.listInstances(service)).toEqual([])
    })

    test('a port that something else has is refused and leaves nothing behind; another port then works', async () => {
      const service = newService()
      const spec = await specOf(service, { host_port: await world.takePort() })
      await expect(runtime.ensureInstance(spec)).rejects.toMatchObject({
        code: 'conflict',
        details: { reason: 'port_taken' },
      })
      expect(await runtime.listInstances(service)).toEqual([])
      expect(await runtime.ensureInstance({ ...spec, host_port: await world.freePort() })).toMatchObject({
        state: 'running',
      })
    })

    test('a subnet that something else has is refused', async () => {
      const network = { team_id: 'team_conformance2' as TeamId, subnet: await world.takeSubnet() }
      await expect(runtime.ensureNetwork(network)).rejects.toMatchObject({
        code: 'conflict',
        details: { reason: 'subnet_taken' },
      })
      expect(await runtime.listNetworks()).not.toContainEqual(network)
    })

    test('a network asked for twice is one network, and removing it twice is success', async () => {
      const network = { team_id: 'team_conformance3' as TeamId, subnet: world.subnet(3) }
      await Promise.all([runtime.ensureNetwork(network), runtime.ensureNetwork(network)])
      await runtime.ensureNetwork(network)
      const listed = await runtime.listNetworks()
      expect(listed.filter(({ team_id }) => team_id === network.team_id)).toEqual([network])
      await runtime.removeNetwork(network)
      await runtime.removeNetwork(network)
      expect(await runtime.listNetworks()).not.toContainEqual(network)
    })

    test('an image and a network in use are not removed, also while the instance is stopped; what is gone is', async () => {
      const service = newService()
      const network = { team_id: 'team_conformance4' as TeamId, subnet: world.subnet(4) }
      await runtime.ensureNetwork(network)
      const { id, image } = await runtime.ensureInstance(await specOf(service, { team_id: network.team_id, network }))
      const inUse = { code: 'conflict', details: { reason: 'in_use' } }
      await expect(runtime.removeNetwork(network)).rejects.toMatchObject(inUse)
      await runtime.stopInstance(id, quick)
      await expect(runtime.removeImage(image)).rejects.toMatchObject(inUse)
      await expect(runtime.removeNetwork(network)).rejects.toMatchObject(inUse)
      for (const _ of ['once', 'twice']) {
        await runtime.removeInstance(id, quick)
        await runtime.removeImage(image)
        await runtime.removeNetwork(network)
      }
      expect(await runtime.listInstances(service)).toEqual([])
      expect(await runtime.hasImage(image)).toBe(false)
    })

    test('the last lines of an output are read, and new ones followed until the instance is gone', async () => {
      const { id, upstream } = await runtime.ensureInstance(await specOf(newService()))
      await awaitAnswer(upstream)
      await world.say({ id, upstream }, 'first-word')
      const seen: string[] = []
      const following = (async () => {
        for await (const { text, time, stream } of runtime.readLogs(id, { lines: 100, follow: true, signal: never })) {
          expect(time === null || !Number.isNaN(Date.parse(time))).toBe(true)
          expect(['stdout', 'stderr']).toContain(stream)
          seen.push(text)
        }
      })()
      const sees = (word: string) =>
        waitUntil(() => seen.some(text => text.includes(word)), { timeoutMs: 10_000, what: `the line with ${word}` })
      await sees('first-word')
      await world.say({ id, upstream }, 'second-word')
      await sees('second-word')
      expect(await lastLines(runtime, id, 1)).toEqual([expect.stringContaining('second-word')])
      await runtime.removeInstance(id, quick)
      await following
      expect(await lastLines(runtime, id, 1)).toEqual([])
    })

    test('following an output ends when the reader leaves', async () => {
      const { id, upstream } = await runtime.ensureInstance(await specOf(newService()))
      await awaitAnswer(upstream)
      await world.say({ id, upstream }, 'a-word')
      const leaving = new AbortController()
      for await (const { text } of runtime.readLogs(id, { lines: 100, follow: true, signal: leaving.signal }))
        if (text.includes('a-word')) leaving.abort()
      expect(leaving.signal.aborted).toBe(true)
    })

    test('what is not ours is in no list and is not removed', async () => {
      const foreign = await world.addForeign()
      const known = new Set((await runtime.listInstances()).map(({ service_id }) => service_id))
      expect([...known].every(service => service.startsWith('svc_conformance'))).toBe(true)
      await removeEverything(runtime)
      expect(await foreign.isThere()).toBe(true)
      await runtime.ensureNetwork({ team_id: team, subnet: world.subnet(1) })
    })

    test('an engine that does not answer is unavailable', async () => {
      const { unreachable } = world
      const service = newService()
      expect(await unreachable.checkHealth()).toMatchObject({ reachable: false, problem: expect.any(String) })
      const unavailable = { code: 'unavailable' }
      await expect(unreachable.listInstances()).rejects.toMatchObject(unavailable)
      await expect(unreachable.hasImage('parcela-x/y:z')).rejects.toMatchObject(unavailable)
      await expect(
        unreachable.ensureImage(siteRequest(world, service, { 'index.html': 'x' }), {
          signal: never,
          onLine: () => undefined,
        }),
      ).rejects.toMatchObject(unavailable)
      await expect(unreachable.ensureNetwork({ team_id: team, subnet: world.subnet(1) })).rejects.toMatchObject(
        unavailable,
      )
    })
  })
}

/** A web site's image with these files; the digest follows from them. */
export const siteRequest = (
  world: Pick<RuntimeWorld, 'platform' | 'base'>,
  service: ServiceId,
  files: Record<string, string>,
): BuildRequest => {
  const digest = `d${[...JSON.stringify(files)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2 ** 40, 7).toString(16)}`
  return {
    reference: `parcela-${world.platform}/${service}:${digest}`,
    service_id: service,
    digest,
    dockerfile: `FROM ${world.base}\nCOPY site/ /srv/www/\n`,
    context: async function* () {
      for (const [path, text] of Object.entries(files)) {
        const bytes = Buffer.from(text)
        yield { path: `site/${path}`, size: bytes.length, open: () => once(bytes) }
      }
    },
  }
}

/** Everything of the world's platform goes. */
export const removeEverything = async (runtime: Runtime): Promise<void> => {
  await Promise.all((await runtime.listInstances()).map(({ id }) => runtime.removeInstance(id, { graceSeconds: 0 })))
  for (const { reference } of await runtime.listImages()) await runtime.removeImage(reference)
  for (const network of await runtime.listNetworks()) await runtime.removeNetwork(network)
}

const lastLines = async (runtime: Runtime, id: string, lines: number): Promise<string[]> => {
  const found: string[] = []
  for await (const { text } of runtime.readLogs(id, { lines, follow: false, signal: never })) found.push(text)
  return found
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}

// biome-ignore lint/correctness/useYield: it fails before the first byte
async function* unreadable(): AsyncIterable<Uint8Array> {
  throw new Error('the file is gone')
}
