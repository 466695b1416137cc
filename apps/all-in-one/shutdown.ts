import type { Log } from '@parcela/kit'

/** Stops what was started, last first; each part is stopped whatever became of the others. */
export const createShutdown = () => {
  const parts: { name: string; stop: () => Promise<void> }[] = []
  let log: Log | undefined
  let running: Promise<void> | undefined

  const stopAll = async () => {
    for (const { name, stop } of parts.reverse()) {
      try {
        await stop()
      } catch (error) {
        log?.error({ err: error }, `${name} could not be stopped properly`)
      }
    }
  }
  return {
    add: (name: string, stop: () => Promise<void>): void => {
      parts.push({ name, stop })
    },
    logTo: (used: Log): void => {
      log = used
    },
    run: (): Promise<void> => {
      running ??= stopAll()
      return running
    },
  }
}
