import Docker from 'dockerode'
import { translateError } from './translate-error.ts'

/** The newest version of the Engine API that this code was tried with. */
const ourApiVersion = '1.47'
const answerWithinMs = 60_000
const healthWithinMs = 5_000

/** The engine behind its socket; `docker` for calls that answer soon, `patient` for streams and stops, which may be quiet for long. */
export type Engine = { docker: Docker; patient: Docker; processors: number; newestApiVersion: string }

export type EngineConnection = {
  /** The engine, with the API version agreed once. `unavailable` when it does not answer. */
  connect(): Promise<Engine>
  /** Asks the engine itself, now. */
  askVersion(): Promise<string>
}

/**
 * Agrees on the API version with the engine instead of naming one: engines drop old versions (Docker 29 dropped those before 1.44),
 * and newer ones may change what a call means.
 */
export const createEngineConnection = (socketPath: string): EngineConnection => {
  let agreed: Promise<Engine> | undefined

  const connect = (): Promise<Engine> => {
    agreed ??= agree(socketPath).catch((error: unknown) => {
      agreed = undefined
      throw error
    })
    return agreed
  }

  return {
    connect: async () => {
      try {
        return await connect()
      } catch (error) {
        throw translateError(error, 'be reached')
      }
    },
    askVersion: async () => {
      try {
        const version = await open(socketPath, { timeout: healthWithinMs }).version()
        // An upgraded engine may speak other versions than the one agreed on.
        if (agreed && (await agreed).newestApiVersion !== version.ApiVersion) agreed = undefined
        return version.Version
      } catch (error) {
        throw translateError(error, 'be reached')
      }
    },
  }
}

const agree = async (socketPath: string): Promise<Engine> => {
  const unversioned = open(socketPath, { timeout: answerWithinMs })
  const [{ ApiVersion, MinAPIVersion }, info] = await Promise.all([unversioned.version(), unversioned.info()])
  const version = chooseApiVersion(ApiVersion, MinAPIVersion)
  return {
    docker: open(socketPath, { version: `v${version}`, timeout: answerWithinMs }),
    patient: open(socketPath, { version: `v${version}` }),
    processors: info.NCPU,
    newestApiVersion: ApiVersion,
  }
}

/** The smaller of the engine's newest version and ours, but nothing that the engine no longer speaks. */
export const chooseApiVersion = (newest: string, oldest: string | undefined): string => {
  const wanted = isOlder(newest, ourApiVersion) ? newest : ourApiVersion
  return oldest !== undefined && isOlder(wanted, oldest) ? oldest : wanted
}

const isOlder = (one: string, other: string): boolean => {
  const [major = 0, minor = 0] = one.split('.').map(Number)
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number)
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}

/** `host` is emptied because dockerode would otherwise follow the environment's DOCKER_HOST instead of the socket it is given. */
const open = (socketPath: string, options: { version?: string; timeout?: number } = {}): Docker =>
  new Docker({ socketPath, host: undefined, protocol: 'http', ...options })
