import type { CertificateBook, Journal, Leases, ObservedState } from '@parcela/core'
import { createFakeCertificateBook } from './fake-certificate-book.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { createFakeDesired, type FakeDesired } from './fake-desired.ts'
import { createFakeJournal } from './fake-journal.ts'
import { createFakeLeases, type LeaseRanges, smallRanges } from './fake-leases.ts'
import { createFakeObserved } from './fake-observed.ts'
import { createFakeTables, type FakeTables } from './fake-tables.ts'
import { createFakeWorkQueue, type FakeWorkQueue } from './fake-work-queue.ts'
import { type Faulty, withFaults } from './with-faults.ts'

export type FakeState = {
  clock: FakeClock
  desired: FakeDesired
  observed: Faulty<ObservedState>
  journal: Faulty<Journal>
  leases: Faulty<Leases>
  certificateBook: Faulty<CertificateBook>
  queue: FakeWorkQueue
  /** The rows themselves, for assertions: runs, steps, events, completed deletions. */
  tables: FakeTables
}

/** Everything that PostgreSQL holds, in memory: as faithful as the ports' contracts are, and no further. */
export const createFakeState = (options: { clock?: FakeClock; ranges?: LeaseRanges } = {}): FakeState => {
  const { clock = createFakeClock(), ranges = smallRanges } = options
  const tables = createFakeTables(clock)
  const queue = createFakeWorkQueue(clock)
  return {
    clock,
    tables,
    queue,
    desired: createFakeDesired(tables, queue),
    observed: withFaults(createFakeObserved(tables)),
    journal: withFaults(createFakeJournal(tables)),
    leases: withFaults(createFakeLeases(tables, ranges)),
    certificateBook: withFaults(createFakeCertificateBook(tables)),
  }
}
