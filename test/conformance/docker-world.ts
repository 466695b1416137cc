import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { catalog } from '@parcela/catalog'
import type { ContainerRecipe } from '@parcela/contract'
import type { Runtime } from '@parcela/core'
import { run, runToEnd } from '@parcela/kit'
import type { RuntimeWorld } from './runtime.ts'

export const socketPath = '/var/run/docker.sock'

/** The docker command, so that what is asserted is what the engine itself says. Answers its standard output. */
export const docker = async (...args: string[]): Promise<string> =>
  (await run(['docker', ...args], { timeoutMs: 60_000 })).stdout.trim()

/** The real engine on this machine around a runtime; `platform` is one that nobody else uses. */
export const createDockerWorld = async (parts: {
  runtime: Runtime
  unreachable: Runtime
  platform: string
  end?: () => Promise<void>
}): Promise<RuntimeWorld> => {
  const { runtime, unreachable, platform } = parts
  const label = `parcela-test=${platform}`
  const servers: Server[] = []
  const base = await ensureBase(runtime)
  // Four /24 of a range that Docker's own pools and the product's default do not use.
  const block = 16 + ((randomBytes(1)[0] ?? 0) % 200)
  const subnet = (n: number): string => `10.213.${block}.${n * 16}/28`
  return {
    runtime,
    unreachable,
    platform,
    base,
    subnet,
    freePort: async () => {
      const server = await listen()
      const port = portOf(server)
      await close(server)
      return port
    },
    takePort: async () => {
      const server = await listen()
      servers.push(server)
      return portOf(server)
    },
    takeSubnet: async () => {
      await docker('network', 'create', '--label', label, '--subnet', subnet(9), `foreign-${platform}`)
      return subnet(9)
    },
    addForeign: async () => {
      const name = `parcela-${platform}-foreign-aaaaaaaaaaaa`
      await docker('create', '--name', name, '--label', label, '--label', 'dev.parcela.platform=other', base)
      return {
        isThere: async () => (await runToEnd(['docker', 'inspect', name], { timeoutMs: 10_000 })).exitCode === 0,
      }
    },
    isAnswering: async ({ address, port }) => {
      try {
        return (await fetch(`http://${address}:${port}/`, { signal: AbortSignal.timeout(2_000) })).status < 500
      } catch (error) {
        if (error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')) return false
        throw error
      }
    },
    say: async ({ upstream }, word) => {
      await fetch(`http://${upstream?.address}:${upstream?.port}/${word}`)
    },
    slowBuild: () => ({ dockerfile: `FROM ${base}\nRUN ["sleep", "30"]\n`, release: () => undefined }),
    end: async () => {
      for (const server of servers) await close(server)
      for (const id of lines(await docker('ps', '--all', '--quiet', '--filter', `label=${label}`)))
        await docker('rm', '--force', id)
      for (const id of lines(await docker('network', 'ls', '--quiet', '--filter', `label=${label}`)))
        await docker('network', 'rm', id)
      await parts.end?.()
    },
  }
}

export const webRecipe = (): ContainerRecipe => {
  const recipe = catalog.get('web')?.container
  if (!recipe) throw new Error('the catalog has no web format')
  return recipe
}

const ensureBase = async (runtime: Runtime): Promise<string> => {
  const { base } = webRecipe()
  const read = (file: string): Promise<Buffer> => readFile(new URL(file, base.folder))
  const hash = createHash('sha256')
  for (const file of base.files) hash.update(await read(file))
  const digest = hash.digest('hex').slice(0, 16)
  const reference = `parcela-base/web-conformance:${digest}`
  await runtime.ensureImage(
    {
      reference,
      service_id: null,
      digest,
      dockerfile: (await read('Dockerfile')).toString(),
      context: async function* () {
        for (const path of base.files) {
          const bytes = await read(path)
          yield { path, size: bytes.length, open: () => once(bytes) }
        }
      },
    },
    { signal: AbortSignal.timeout(240_000), onLine: () => undefined },
  )
  return reference
}

const lines = (text: string): string[] => text.split('\n').filter(line => line !== '')

const listen = async (): Promise<Server> => {
  const server = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(0, '127.0.0.1', resolve)
  await promise
  return server
}

const close = (server: Server): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.close(error => (error ? reject(error) : resolve()))
  return promise
}

const portOf = (server: Server): number => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on TCP')
  return address.port
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
