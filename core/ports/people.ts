import type { PersonId, TeamId } from '../model/id.ts'

export type Person = {
  id: PersonId
  /** The id in the system that knows the person; null where nobody gave one. */
  external_id: string | null
  username: string
  email: string | null
  name: string
  team_id: TeamId
  is_administrator: boolean
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
}
