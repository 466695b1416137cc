import type { InstanceSpec, Runtime, ServiceId, TeamId } from '@parcela/core'
import { type RunResult, runToEnd, waitUntil } from '@parcela/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { docker } from './docker-world.ts'
import { type RuntimeWorld, removeEverything, siteRequest } from './runtime.ts'

const never = new AbortController().signal
const teams = ['team_containers1', 'team_containers2'] as TeamId[]

/** What only a real engine can show: that a container is as closed as it should be. Asserted with the engine's own command. */
export const describeContainers = (name: string, make: () => Promise<RuntimeWorld>): void => {
  describe(name, () => {
    let world: RuntimeWorld
    let runtime: Runtime
    let made = 0

    beforeAll(async () => {
      world = await make()
      runtime = world.runtime
      for (const [index, team_id] of teams.entries())
        await runtime.ensureNetwork({ team_id, subnet: world.subnet(index + 1) })
    })
    afterAll(async () => {
      if (!world) return
      await removeEverything(runtime)
      await world.end()
    })

    const build = async (service: ServiceId, dockerfile?: string, signal = never): Promise<string> => {
      const request = siteRequest(world, service, { 'index.html': `${service}${dockerfile ?? ''}` })
      const changed = dockerfile ? { ...request, dockerfile } : request
      await runtime.ensureImage(changed, { signal, onLine: () => undefined })
      return request.reference
    }

    const start = async (team: 0 | 1, dockerfile?: string, changes: Partial<InstanceSpec> = {}) => {
      made += 1
      const service = `svc_containers${made}` as ServiceId
      const team_id = teams[team] as TeamId
      const spec: InstanceSpec = {
        service_id: service,
        team_id,
        name: `container-${made}`,
        release_id: null,
        revision: 'aaaaaaaaaaaa',
        generation: 1,
        image: await build(service, dockerfile),
        container_port: 8080,
        host_port: await world.freePort(),
        ram_mb: 64,
        cpus: 0.5,
        pids_limit: 64,
        env: { GREETING: `$(id) "quoted" 'and' spaced` },
        tmpfs: { '/run/apache': 1, '/tmp': 4 },
        stop_signal: 'SIGWINCH',
        network: { team_id, subnet: world.subnet(team + 1) },
        ...changes,
      }
      return { spec, instance: await runtime.ensureInstance(spec) }
    }

    test('a container can write nowhere but in its tmpfs, and run nothing from there', async () => {
      const { instance } = await start(0)
      expect(await inside(instance.id, 'touch', '/srv/www/x')).toMatchObject({ exitCode: 1 })
      expect(await inside(instance.id, 'touch', '/x')).toMatchObject({ exitCode: 1 })
      expect(await inside(instance.id, 'cp', '/bin/true', '/tmp/true')).toMatchObject({ exitCode: 0 })
      expect((await inside(instance.id, '/tmp/true')).exitCode).not.toBe(0)
      expect((await inside(instance.id, 'dd', 'if=/dev/zero', 'of=/tmp/big', 'bs=1M', 'count=8')).exitCode).toBe(1)
    })

    test('a container is not root, has no capabilities and can gain none', async () => {
      const { instance } = await start(0)
      const status = (await inside(instance.id, 'cat', '/proc/1/status', '/proc/self/status')).stdout
      expect(valuesOf(status, 'Uid').every(([uid]) => uid !== '0')).toBe(true)
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
        expect(
          valuesOf(status, set).every(([mask]) => /^0+$/.test(mask ?? '')),
          set,
        ).toBe(true)
      expect(valuesOf(status, 'NoNewPrivs')).toEqual([['1'], ['1']])
    })

    test('a container has the limits that were asked for, and no swap beyond its memory', async () => {
      const { instance } = await start(0)
      const [{ HostConfig, Mounts, Config }] = JSON.parse(await docker('inspect', instance.id))
      expect(HostConfig).toMatchObject({
        Memory: 64 * 1024 * 1024,
        MemorySwap: 64 * 1024 * 1024,
        NanoCpus: 500_000_000,
        PidsLimit: 64,
        ReadonlyRootfs: true,
        Privileged: false,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      })
      expect(HostConfig.Binds ?? []).toEqual([])
      expect(Mounts).toEqual([])
      expect(Config.Env).toContain(`GREETING=$(id) "quoted" 'and' spaced`)
    })

    test('more cores than the host has are as good as all of them', async () => {
      const { instance } = await start(0, undefined, { cpus: 256 })
      expect(instance.state).toBe('running')
    })

    test('a port is published on loopback only', async () => {
      const { spec, instance } = await start(0)
      const [{ NetworkSettings }] = JSON.parse(await docker('inspect', instance.id))
      expect(NetworkSettings.Ports).toEqual({ '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: String(spec.host_port) }] })
    })

    test('containers of a team reach each other, and those of another team do not, by whatever address', async () => {
      const [mine, colleague, stranger] = [await start(0), await start(0), await start(1)]
      const gateway = await addressOf(mine.instance.id, 'Gateway')
      const reach = (address: string, port: number) =>
        inside(mine.instance.id, 'timeout', '2', 'bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`)
      await waitUntil(
        async () => (await reach(await addressOf(colleague.instance.id, 'IPAddress'), 8080)).exitCode === 0,
        {
          timeoutMs: 20_000,
          what: "the colleague's container to answer",
        },
      )
      expect((await reach(await addressOf(stranger.instance.id, 'IPAddress'), 8080)).exitCode).not.toBe(0)
      expect((await reach(gateway, stranger.spec.host_port)).exitCode).not.toBe(0)
    })

    test('a program that uses more memory than it has ends, and the reason is told', async () => {
      const hungry = `FROM ${world.base}\nCMD ["tail", "/dev/zero"]\n`
      const { spec } = await start(0, hungry)
      const stopped = await waitUntil(
        async () => (await runtime.listInstances(spec.service_id)).find(({ state }) => state === 'stopped'),
        { timeoutMs: 20_000, everyMs: 50, what: 'the program to end' },
      )
      expect(stopped).toMatchObject({ exit: { code: 137, out_of_memory: true }, upstream: null })
    })

    test('a program that ends by itself is stopped, with its exit code and its last words', async () => {
      const { spec, instance } = await start(0, `FROM ${world.base}\nCMD ["sh", "-c", "echo farewell; exit 3"]\n`)
      const stopped = await waitUntil(
        async () => (await runtime.listInstances(spec.service_id)).find(({ state }) => state === 'stopped'),
        { timeoutMs: 20_000, everyMs: 50, what: 'the program to end' },
      )
      expect(stopped.exit).toEqual({ code: 3, out_of_memory: false })
      const output = runtime.readLogs(instance.id, { lines: 1, follow: false, signal: never })
      for await (const { text } of output) expect(text).toBe('farewell')
    })

    test('an image that runs as root is rejected', async () => {
      const root = start(0, `FROM ${world.base}\nUSER root\n`)
      await expect(root).rejects.toMatchObject({ code: 'rejected', details: { reason: 'root_user' } })
    })

    test('a program that does not exist is a container that ended, and says so', async () => {
      const { spec, instance } = await start(0, `FROM ${world.base}\nCMD ["/no/such/program"]\n`)
      const stopped = await waitUntil(
        async () => (await runtime.listInstances(spec.service_id)).find(({ state }) => state === 'stopped'),
        { timeoutMs: 20_000, everyMs: 50, what: 'the program to end' },
      )
      expect(stopped.exit?.code).toBe(127)
      const output = runtime.readLogs(instance.id, { lines: 1, follow: false, signal: never })
      for await (const { text } of output) expect(text).toContain('/no/such/program')
    })

    test('a container that was made but never started, as after a crash, is started', async () => {
      const { spec, instance } = await start(0)
      const labels = JSON.parse(await docker('inspect', '--format', '{{json .Config.Labels}}', instance.id))
      await runtime.removeInstance(instance.id, { graceSeconds: 0 })
      const id = await docker(
        'create',
        ...Object.entries(labels).flatMap(([label, value]) => ['--label', `${label}=${value}`]),
        '--tmpfs=/run/apache',
        spec.image,
      )
      expect(await runtime.listInstances(spec.service_id)).toMatchObject([{ id, state: 'created' }])
      expect(await runtime.ensureInstance(spec)).toMatchObject({ id, state: 'running' })
    })

    test('a container that somebody removed by hand is made again', async () => {
      const { spec, instance } = await start(0)
      await docker('rm', '--force', instance.id)
      await runtime.removeInstance(instance.id, { graceSeconds: 1 })
      expect(await runtime.ensureInstance(spec)).toMatchObject({ state: 'running' })
    })

    test('a failed build is rejected with its last lines and leaves no image, layer or container', async () => {
      const marker = `marker-${world.platform}`
      const broken = `FROM ${world.base}\nRUN echo ${marker} > /tmp/a\nRUN echo ${marker} it breaks here && exit 7\n`
      const failed = build('svc_broken' as ServiceId, broken)
      await expect(failed).rejects.toMatchObject({
        code: 'rejected',
        details: { output: expect.arrayContaining([expect.stringContaining('it breaks here')]) },
      })
      expect(await runtime.listImages('svc_broken' as ServiceId)).toEqual([])
      expect(await tracesOf(marker)).toEqual([])
    })

    test('aborting a build ends it at the engine and leaves nothing behind', async () => {
      const marker = `slow-${world.platform}`
      const slow = `FROM ${world.base}\nRUN echo ${marker} > /tmp/a\nRUN sleep 60 && echo ${marker}\n`
      const aborting = new AbortController()
      const building = build('svc_slow' as ServiceId, slow, aborting.signal)
      const outcome = expect(building).rejects.toThrow('superseded')
      await waitUntil(async () => (await docker('ps', '--no-trunc')).includes(`sleep 60 && echo ${marker}`), {
        timeoutMs: 30_000,
        what: 'the slow step to begin',
      })
      aborting.abort(new Error('superseded'))
      await outcome
      await waitUntil(async () => (await tracesOf(marker)).length === 0, {
        timeoutMs: 15_000,
        what: 'the build to be gone',
      })
    })

    test('what a build left that was cut off behind its labels is listed, and can be removed', async () => {
      made += 1
      const service = `svc_containers${made}` as ServiceId
      const labels = { platform: world.platform, role: 'image', service }
      const flags = Object.entries(labels).flatMap(([name, value]) => [
        '--change',
        `LABEL dev.parcela.${name}=${value}`,
      ])
      const container = await docker('create', world.base)
      const id = await docker('commit', ...flags, container)
      await docker('rm', container)
      expect((await runtime.listImages(service)).map(({ reference }) => reference)).toEqual([id])
      await runtime.removeImage(id)
      expect(await runtime.listImages(service)).toEqual([])
      const foreign = await docker('image', 'inspect', '--format', '{{.Id}}', world.base)
      await runtime.removeImage(foreign)
      expect(await docker('image', 'inspect', '--format', '{{.Id}}', world.base)).toBe(foreign)
    })

    test("file names with quotes, blanks, '$()' and letters of other alphabets are files like any other", async () => {
      made += 1
      const names = [
        `a "quoted" 'name' $(id) ; &.html`,
        'ñandú/日本語 ✿.txt',
        `${'long/'.repeat(60)}end.txt`,
        '-rf',
        '.dockerignore',
      ]
      const service = `svc_containers${made}` as ServiceId
      const request = siteRequest(world, service, Object.fromEntries(names.map(path => [path, path])))
      await runtime.ensureImage(request, { signal: never, onLine: () => undefined })
      const listing = await docker('run', '--rm', '--entrypoint', 'find', request.reference, '/srv/www', '-type', 'f')
      expect(listing.split('\n').sort()).toEqual(names.map(path => `/srv/www/${path}`).sort())
    })
  })
}

const inside = (id: string, ...argv: string[]): Promise<RunResult> =>
  runToEnd(['docker', 'exec', id, ...argv], { timeoutMs: 20_000 })

/** The values of every line of /proc/<pid>/status with that name. */
const valuesOf = (status: string, name: string): string[][] =>
  status
    .split('\n')
    .filter(line => line.startsWith(`${name}:`))
    .map(line =>
      line
        .slice(name.length + 1)
        .trim()
        .split(/\s+/),
    )

const addressOf = async (id: string, what: 'IPAddress' | 'Gateway'): Promise<string> => {
  const networks = JSON.parse(await docker('inspect', '--format', '{{json .NetworkSettings.Networks}}', id))
  return (Object.values(networks)[0] as Record<string, string>)[what] ?? ''
}

/** Images and containers of any kind whose command holds the marker. */
const tracesOf = async (marker: string): Promise<string[]> => {
  const images = (await docker('images', '--all', '--quiet', '--no-trunc')).split('\n').filter(id => id !== '')
  const commands = await runToEnd(
    ['docker', 'inspect', '--format', '{{.Id}} {{json .ContainerConfig}} {{json .Config}}', ...new Set(images)],
    { timeoutMs: 20_000 },
  )
  const containers = await docker('ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Command}}')
  return `${commands.stdout}\n${containers}`.split('\n').filter(line => line.includes(marker))
}
