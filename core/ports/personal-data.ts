import type { PersonId } from '../model/id.ts'
import type { Manifest, Release, Service } from '../model/service.ts'

export type PersonalServices = { service: Service; releases: Release[]; files: Manifest }[]

/** What a person may ask of their own data. */
export interface PersonalData {
  /** Every row about the person but services, in plain words, without anything that could be used to sign in. */
  readRows(personId: PersonId): Promise<Record<string, unknown>>
  /** Their services one by one, in whatever team, with the files of the release that is asked for. */
  listServices(personId: PersonId): AsyncIterable<PersonalServices[number]>
  /**
   * Ends the person's account, sessions and keys, and forgets who they were: what must go on referring to them keeps the id alone. Services of teams
   * that nobody else is in are deleted with their files; those of others pass to the team. `conflict` with reason `last_owner` (the teams that
   * have other members but no other owner) or `last_administrator`; then nothing is changed.
   */
  erasePerson(personId: PersonId): Promise<void>
}
