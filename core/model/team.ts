import type { TeamRole } from '@parcela/contract'
import type { PersonId, TeamId } from './id.ts'
import type { EdgeClass } from './route.ts'

export type Team = {
  id: TeamId
  name: string
  /** What names are compared by; a personal team's is its person's username. */
  slug: string
  is_personal: boolean
  edge_class: EdgeClass
  members: number
  /** Those that are not deleted. */
  services: number
  created_at: Date
}

/** What somebody is in a team. */
export type Membership = { team_id: TeamId; role: TeamRole }

export type Member = { person_id: PersonId; username: string; name: string; role: TeamRole; since: Date }
