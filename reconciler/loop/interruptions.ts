import type { DesiredReader, ServiceId } from '@parcela/core'

/** Why work was given up: something newer is wanted, or the platform stops. Not a failure. */
export class Interrupted extends Error {
  readonly why: 'superseded' | 'stopping'

  constructor(why: 'superseded' | 'stopping') {
    super(why)
    this.name = 'Interrupted'
    this.why = why
  }
}

type Entry = { generation: number | undefined; newest: number; controller: AbortController }

/** Keeps, for each piece of work under way, the signal that ends it as soon as a later generation is asked for. */
export const createInterruptions = (desired: Pick<DesiredReader, 'onChange'>) => {
  const underWay = new Map<ServiceId, Entry>()
  let isStopped = false
  const abortIfOld = (entry: Entry) => {
    if (entry.generation !== undefined && entry.newest > entry.generation)
      entry.controller.abort(new Interrupted('superseded'))
  }
  const unsubscribe = desired.onChange(({ id, generation }) => {
    const entry = underWay.get(id)
    if (!entry) return
    entry.newest = Math.max(entry.newest, generation)
    abortIfOld(entry)
  })

  return {
    /** Call before reading what is desired, so that no change in between is missed; `workOn` then tells which generation was read. */
    enter(id: ServiceId): { signal: AbortSignal; workOn: (generation: number) => void; leave: () => void } {
      const entry: Entry = { generation: undefined, newest: 0, controller: new AbortController() }
      underWay.set(id, entry)
      if (isStopped) entry.controller.abort(new Interrupted('stopping'))
      return {
        signal: entry.controller.signal,
        workOn: generation => {
          entry.generation = generation
          abortIfOld(entry)
        },
        leave: () => {
          if (underWay.get(id) === entry) underWay.delete(id)
        },
      }
    },
    stop(): void {
      unsubscribe()
      isStopped = true
      for (const { controller } of underWay.values()) controller.abort(new Interrupted('stopping'))
    },
  }
}

export type Interruptions = ReturnType<typeof createInterruptions>
