import type { Looked, NameLookup } from '@parcela/core'
import { type Faulty, withFaults } from './with-faults.ts'

export type FakeNameLookup = Faulty<NameLookup> & {
  /** What the world's DNS says of the name from now on; nothing of it forgets the name. */
  set(name: string, looked: Partial<Looked>): void
  setText(name: string, values: readonly string[]): void
}

/** The world's DNS in memory. */
export const createFakeNameLookup = (): FakeNameLookup => {
  const names = new Map<string, Looked>()
  const texts = new Map<string, readonly string[]>()
  const nothing: Looked = { aliases: [], ipv4: [], ipv6: [], is_loop: false }
  const port: NameLookup = {
    lookUp: async name => structuredClone(names.get(name) ?? nothing),
    lookUpText: async name => [...(texts.get(name) ?? [])],
  }
  return {
    ...withFaults(port),
    set: (name, looked) => {
      names.set(name, { ...nothing, ...looked })
    },
    setText: (name, values) => {
      texts.set(name, values)
    },
  }
}
