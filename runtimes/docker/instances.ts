import { AppError } from '@parcela/contract'
import type { Instance, InstanceSpec, Runtime } from '@parcela/core'
import type { Log } from '@parcela/kit'
import type { ContainerInspectInfo } from 'dockerode'
import type { Engine, EngineConnection } from './connect-engine.ts'
import { containerOptions } from './container-options.ts'
import { createKeyedTurns } from './create-keyed-turns.ts'
import { labelNames, ownedBy } from './labels.ts'
import { containerName } from './object-names.ts'
import { observedInstance } from './observed-instance.ts'
import { isStatus, translateError } from './translate-error.ts'

type Instances = Pick<Runtime, 'listInstances' | 'ensureInstance' | 'stopInstance' | 'removeInstance'>

/** The containers of one platform. Every one is looked at again before it is changed, and only touched when it carries our label. */
export const createInstances = (parts: {
  engine: EngineConnection
  platform: string
  publishAddress: string
  log: Log
}): Instances => {
  const { engine, platform, publishAddress, log } = parts
  const inTurn = createKeyedTurns()

  const listOwn = async ({ docker }: Engine, service?: InstanceSpec['service_id']): Promise<ContainerInspectInfo[]> => {
    const found = await docker.listContainers({ all: true, filters: ownedBy(platform, { role: 'instance', service }) })
    const looks = await Promise.all(found.map(({ Id }) => inspect({ docker }, Id)))
    return looks.filter(look => look !== undefined)
  }

  /** Undefined when it is gone or is not ours. */
  const findOwn = async (connected: Engine, id: string): Promise<ContainerInspectInfo | undefined> => {
    const found = await inspect(connected, id)
    return found?.Config.Labels[labelNames.platform] === platform ? found : undefined
  }

  const ensure = async (spec: InstanceSpec): Promise<Instance> => {
    const connected = await engine.connect()
    const [existing, user] = await Promise.all([listOwn(connected, spec.service_id), findUser(connected, spec.image)])
    refuseStale(existing, spec)
    const same = existing.find(({ Config }) => Config.Labels[labelNames.revision] === spec.revision)
    const id = same && (await isUsable(connected, same, spec)) ? same.Id : await create(connected, spec, user)
    await start(connected, id)
    const started = await inspect(connected, id)
    if (!started) throw new AppError('unavailable', 'The container was removed while it started.')
    return observedInstance(started, publishAddress)
  }

  /** A container that was made for another port, or that the engine gave up, is removed, and made anew. */
  const isUsable = async (connected: Engine, found: ContainerInspectInfo, spec: InstanceSpec): Promise<boolean> => {
    if (found.State.Running) return true
    if (!found.State.Dead && found.Config.Labels[labelNames.port] === String(spec.host_port)) return true
    await removeContainer(connected, found.Id)
    return false
  }

  const create = async (connected: Engine, spec: InstanceSpec, user: string): Promise<string> => {
    const options = containerOptions(spec, { platform, publishAddress, processors: connected.processors, user })
    try {
      return (await connected.docker.createContainer(options)).id
    } catch (error) {
      if (!isStatus(error, 409)) throw translateError(error, 'create the container')
      return ownerOfName(await inspect(connected, containerName(platform, spec)), spec, error)
    }
  }

  /** Somebody was faster: the same work begun twice, or something foreign with our name. */
  const ownerOfName = (found: ContainerInspectInfo | undefined, spec: InstanceSpec, cause: unknown): string => {
    const labels = found?.Config.Labels ?? {}
    if (found && labels[labelNames.platform] === platform && labels[labelNames.service] === spec.service_id)
      return found.Id
    throw new AppError('conflict', 'A container with the name of this instance exists and is not ours.', {
      details: { reason: 'name_taken' },
      cause,
    })
  }

  const start = async (connected: Engine, id: string): Promise<void> => {
    try {
      await connected.patient.getContainer(id).start()
    } catch (error) {
      if (isStatus(error, 304)) return
      const translated = translateError(error, 'start the container')
      // A half-made container would keep its name, and its port would be wrong for the next attempt.
      await removeHalfMade(connected, id)
      throw translated
    }
  }

  const removeHalfMade = async (connected: Engine, id: string): Promise<void> => {
    try {
      await removeContainer(connected, id)
    } catch (error) {
      log.warn(
        { container: id, err: error },
        'a container that did not start could not be removed; the next attempt does',
      )
    }
  }

  const stop = async (connected: Engine, id: string, graceSeconds: number): Promise<void> => {
    try {
      await connected.patient.getContainer(id).stop({ t: graceSeconds })
    } catch (error) {
      if (isStatus(error, 304) || isStatus(error, 404)) return
      throw translateError(error, 'stop the container')
    }
  }

  return {
    listInstances: async service => {
      const connected = await engine.connect()
      try {
        return (await listOwn(connected, service)).map(found => observedInstance(found, publishAddress))
      } catch (error) {
        throw translateError(error, 'list containers')
      }
    },

    ensureInstance: spec =>
      inTurn(spec.service_id, async () => {
        try {
          return await ensure(spec)
        } catch (error) {
          throw translateError(error, 'run the container')
        }
      }),

    stopInstance: async (id, { graceSeconds }) => {
      const connected = await engine.connect()
      if (await findOwn(connected, id)) await stop(connected, id, graceSeconds)
    },

    removeInstance: async (id, { graceSeconds }) => {
      const connected = await engine.connect()
      if (!(await findOwn(connected, id))) return
      await stop(connected, id, graceSeconds)
      await removeContainer(connected, id)
    },
  }
}

const refuseStale = (existing: readonly ContainerInspectInfo[], spec: InstanceSpec): void => {
  const newest = Math.max(-1, ...existing.map(({ Config }) => Number(Config.Labels[labelNames.generation])))
  if (newest > spec.generation)
    throw new AppError(
      'conflict',
      `An instance of generation ${newest} exists; one of generation ${spec.generation} comes too late.`,
      { details: { reason: 'stale_generation' } },
    )
}

/** Whom the image runs as; `rejected` when that is root. */
const findUser = async ({ docker }: Engine, image: string): Promise<string> => {
  const user = (await docker.getImage(image).inspect()).Config.User
  if (/^(|root|0+)(:|$)/.test(user))
    throw new AppError('rejected', 'The image runs as root. Its Dockerfile needs a USER of its own.', {
      details: { reason: 'root_user' },
    })
  return user
}

const inspect = async ({ docker }: Pick<Engine, 'docker'>, id: string): Promise<ContainerInspectInfo | undefined> => {
  try {
    return await docker.getContainer(id).inspect()
  } catch (error) {
    if (isStatus(error, 404)) return undefined
    throw translateError(error, 'look at the container')
  }
}

/** Its anonymous volumes go with it. */
const removeContainer = async ({ docker }: Engine, id: string): Promise<void> => {
  try {
    await docker.getContainer(id).remove({ force: true, v: true })
  } catch (error) {
    // 409: the engine is removing it already.
    if (isStatus(error, 404) || isStatus(error, 409)) return
    throw translateError(error, 'remove the container')
  }
}
