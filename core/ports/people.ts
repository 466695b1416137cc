import type { Language } from '@parcela/contract'
import type { PersonId, TeamId } from '../model/id.ts'
import type { Page, Paged } from './desired-state.ts'

export type Person = {
  id: PersonId
  /** The id in the system that knows the person; null where nobody gave one. */
  external_id: string | null
  username: string
  email: string | null
  name: string
  team_id: TeamId
  is_administrator: boolean
  /** Null until they chose one. */
  language: Language | null
  /** Since when the person may neither sign in nor use a key; null for everybody else. */
  disabled_at: Date | null
  created_at: Date
}

export type NewPerson = {
  external_id: string | null
  username: string
  email: string | null
  name: string
  is_administrator: boolean
  /** The id of the sign-in account, when there is one. */
  account_id: string | null
}

/** Who there is. Every person has a team of their own from the first moment. */
export interface People {
  /** `conflict` with the field when username, e-mail or external id is taken. */
  createPerson(person: NewPerson): Promise<Person>
  findPerson(id: string): Promise<Person | undefined>
  findByAccount(accountId: string): Promise<Person | undefined>
  findByUsername(username: string): Promise<Person | undefined>
  findByExternalId(externalId: string): Promise<Person | undefined>
  /** A username that is free: this one, or this one with a number behind it. */
  suggestUsername(username: string): Promise<string>
  hasAdministrator(): Promise<boolean>
  /** The id of the person's sign-in account, if there is one. */
  findAccountId(personId: PersonId): Promise<string | undefined>
  /** In the order in which they came. */
  listPeople(page: Page): Promise<Paged<Person & { account_id: string | null }>>
  /** What is left out stays. */
  updatePerson(personId: PersonId, change: { name?: string; language?: Language }): Promise<Person>
  /**
   * What is left out stays; `not_found` for nobody. `conflict` with reason `last_administrator` where no administrator who can sign in would be left,
   * also for two such changes at once.
   */
  changeStanding(personId: string, change: { is_administrator?: boolean; disabled?: boolean }): Promise<Person>
}
