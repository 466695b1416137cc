import { z } from 'zod'
import { username } from '../people/person.ts'
import { edgeClass } from '../quotas/plan.ts'
import { teamName } from './team-name.ts'

/** What a member may do: a viewer reads, a developer also asks for, publishes and changes services, an owner also deletes them and manages the team. */
export const teamRole = z.enum(['owner', 'developer', 'viewer'], 'must be owner, developer or viewer')
export type TeamRole = z.infer<typeof teamRole>

const time = z.iso.datetime()

export const teamAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    /** What names are compared by; a personal team's is its person's username. */
    slug: z.string(),
    /** Everybody has a team of their own, which nobody else joins. */
    is_personal: z.boolean(),
    /** The caller's; null for an administrator who is no member. */
    role: teamRole.nullable(),
    members: z.int(),
    services: z.int(),
    edge_class: edgeClass,
    created_at: time,
  })
  .meta({ id: 'Team' })
export type TeamAnswer = z.infer<typeof teamAnswer>

export const teamList = z.object({ items: z.array(teamAnswer), next: z.string().nullable() }).meta({ id: 'TeamList' })

export const createTeamRequest = z.strictObject({ name: teamName }).meta({ id: 'CreateTeam' })
export const updateTeamRequest = z.strictObject({ name: teamName }).meta({ id: 'UpdateTeam' })

export const memberAnswer = z
  .object({ person_id: z.string(), username: z.string(), name: z.string(), role: teamRole, since: time })
  .meta({ id: 'Member' })
export type MemberAnswer = z.infer<typeof memberAnswer>

export const memberList = z.object({ items: z.array(memberAnswer), next: z.null() }).meta({ id: 'MemberList' })

export const addMemberRequest = z.strictObject({ username, role: teamRole }).meta({ id: 'AddMember' })
export const updateMemberRequest = z.strictObject({ role: teamRole }).meta({ id: 'UpdateMember' })

export const moveServiceRequest = z
  .strictObject({ team_id: z.string('must be text').min(1).max(64) })
  .meta({ id: 'MoveService' })
