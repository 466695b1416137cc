import { randomBytes } from 'node:crypto'
import type { Clock, NewService, Person } from '@parcela/core'
import { silentLog } from '@parcela/kit'
import { createDesiredReader } from '../desired/create-desired-reader.ts'
import { createDesiredState } from '../desired/create-desired-state.ts'
import { createEventStream } from '../events/create-event-stream.ts'
import { createListener } from '../events/create-listener.ts'
import { createPeople } from '../identity/create-people.ts'
import { createCertificateBook } from '../observed/create-certificate-book.ts'
import { createJournal } from '../observed/create-journal.ts'
import { createObservedState } from '../observed/create-observed-state.ts'
import { createApprovals } from '../quotas/create-approvals.ts'
import { createQuotas } from '../quotas/create-quotas.ts'
import { createPersonalData } from '../teams/create-personal-data.ts'
import { createTeams } from '../teams/create-teams.ts'
import { createTrafficReader } from '../traffic/create-traffic-reader.ts'
import { createTrafficRecorder } from '../traffic/create-traffic-recorder.ts'
import type { Database } from './open-database.ts'
import { testRandom } from './test-database.ts'

export type TestWorld = Awaited<ReturnType<typeof createTestWorld>>

/** For tests: every part of the state on one database, with two people, and a clock that can be moved. */
export const createTestWorld = async (database: Database) => {
  let ahead = 0
  const clock: Clock = { now: () => new Date(Date.now() + ahead) }
  const listener = createListener({ database, log: silentLog })
  const people = createPeople({ database, clock, random: testRandom })
  const person = (username: string): Promise<Person> =>
    people.createPerson({
      username,
      external_id: null,
      email: `${username}@example.org`,
      name: username,
      is_administrator: false,
      account_id: null,
    })
  return {
    database,
    clock,
    passTime: (ms: number): void => {
      ahead += ms
    },
    listener,
    people,
    teams: createTeams({ database, clock, random: testRandom }),
    quotas: createQuotas({ database, clock, random: testRandom }),
    approvals: createApprovals({ database, clock }),
    personalData: createPersonalData({ database, clock, random: testRandom }),
    ana: await person('ana'),
    bruno: await person('bruno'),
    desired: createDesiredState({ database, clock, random: testRandom }),
    reader: createDesiredReader({ database, listener, clock, log: silentLog }),
    observed: createObservedState({ database, clock }),
    certificates: createCertificateBook({ database, clock }),
    recorder: createTrafficRecorder({ database, clock }),
    visits: createTrafficReader({ database }),
    journal: createJournal({ database, clock, random: testRandom }),
    events: createEventStream({ database, listener }),
  }
}

/** What somebody asks for: a web service of this name, unless told otherwise. */
export const newService = (person: Person, name: string, more: Partial<NewService> = {}): NewService => ({
  team_id: person.team_id,
  owner_id: person.id,
  name,
  service_type: 'docker',
  service_format: 'web',
  resources: { storage_gb: 1, ram_mb: 64, cpus: 0.5 },
  additional_requirements: {},
  release: null,
  ...more,
})

/** A manifest with contents of its own. */
export const someFiles = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    path: `page-${index}.html`,
    sha256: randomBytes(32).toString('hex'),
    size: index,
  }))
