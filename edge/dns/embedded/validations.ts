import type { Clock, RecordSet } from '@parcela/core'
import { createRecordTable, type RecordTable } from './record-table.ts'

/** Seconds that resolvers remember a validation: short, for the next one may come soon. */
const validationTtl = 10
const lifeMs = 3_600_000

/** Texts that a certificate authority wants to see, beside the records that are given. Each ends by itself an hour after it was added. */
export const createValidations = ({ clock }: { clock: Clock }) => {
  const endsAt = new Map<string, Map<string, number>>()
  const table: RecordTable = createRecordTable()

  const isLive = (end: number): boolean => end > clock.now().getTime()
  const liveValues = (name: string): string[] =>
    [...(endsAt.get(name) ?? [])].filter(([, end]) => isLive(end)).map(([value]) => value)
  const refresh = (name: string): void => {
    if (endsAt.get(name)?.size === 0) endsAt.delete(name)
    const values = [...(endsAt.get(name)?.keys() ?? [])]
    if (values.length === 0) table.remove(name)
    else table.set({ name, type: 'TXT', ttl: validationTtl, values })
  }

  return {
    /** Whether anything is there at all: the usual answer is no, and quick. */
    get isEmpty() {
      return endsAt.size === 0
    },
    has: (name: string, value: string): boolean => liveValues(name).includes(value),
    add: (name: string, value: string): void => {
      const values = endsAt.get(name) ?? new Map<string, number>()
      values.set(value, clock.now().getTime() + lifeMs)
      endsAt.set(name, values)
      refresh(name)
    },
    remove: (name: string, value: string): void => {
      endsAt.get(name)?.delete(value)
      refresh(name)
    },
    /** The texts at a name that have not ended. */
    at: (name: string): RecordSet | undefined => {
      const values = liveValues(name)
      return values.length === 0 ? undefined : { name, type: 'TXT', ttl: validationTtl, values }
    },
    exists: (name: string): boolean => table.exists(name),
    list: (): RecordSet[] =>
      [...endsAt.keys()].flatMap(name => {
        const values = liveValues(name)
        return values.length === 0 ? [] : [{ name, type: 'TXT' as const, ttl: validationTtl, values }]
      }),
    /** Whether some have ended and are not forgotten yet. */
    hasEnded: (): boolean => [...endsAt.values()].some(values => [...values.values()].some(end => !isLive(end))),
    forgetEnded: (): void => {
      for (const [name, values] of endsAt) {
        for (const [value, end] of values) if (!isLive(end)) values.delete(value)
        refresh(name)
      }
    },
  }
}
export type Validations = ReturnType<typeof createValidations>
