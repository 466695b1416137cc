import { randomBytes } from 'node:crypto'
import { silentLog } from '@parcela/kit'
import { createDockerRuntime } from '@parcela/runtime-docker'
import { describeContainers } from './containers.ts'
import { createDockerWorld, socketPath } from './docker-world.ts'
import { describeRuntime } from './runtime.ts'

const makeWorld = () => {
  const platform = `conf${randomBytes(4).toString('hex')}`
  return createDockerWorld({
    runtime: createDockerRuntime({ socketPath, platform, log: silentLog }),
    unreachable: createDockerRuntime({ socketPath: '/nonexistent/docker.sock', platform, log: silentLog }),
    platform,
  })
}

describeRuntime('Docker', makeWorld)
describeContainers('containers on Docker', makeWorld)
