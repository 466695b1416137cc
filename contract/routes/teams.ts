import { z } from 'zod'
import { serviceAnswer } from '../services/service-answer.ts'
import { eraseMeRequest } from '../teams/personal-data.ts'
import {
  addMemberRequest,
  createTeamRequest,
  memberAnswer,
  memberList,
  moveServiceRequest,
  teamAnswer,
  teamList,
  updateMemberRequest,
  updateTeamRequest,
} from '../teams/team.ts'
import { defineRoute } from './route.ts'

const page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many to answer at most'),
  cursor: z.string().max(200).optional().describe('The `next` of the page before'),
})
const teamId = z.object({ id: z.string().max(64).describe('The id of the team') })
const memberId = teamId.extend({ person_id: z.string().max(64).describe('The id of the member') })

/** Who works together, and what a person may ask of their own data. */
export const teamRoutes = {
  listTeams: defineRoute({
    method: 'GET',
    path: '/teams',
    summary: 'List teams',
    permission: 'team:read',
    query: page,
    answers: { 200: teamList },
  }),
  createTeam: defineRoute({
    method: 'POST',
    path: '/teams',
    summary: 'Make a team',
    permission: 'self:manage',
    body: createTeamRequest,
    answers: { 201: teamAnswer },
  }),
  getTeam: defineRoute({
    method: 'GET',
    path: '/teams/{id}',
    summary: 'Read a team',
    permission: 'team:read',
    params: teamId,
    answers: { 200: teamAnswer },
  }),
  updateTeam: defineRoute({
    method: 'PATCH',
    path: '/teams/{id}',
    summary: 'Rename a team',
    permission: 'team:manage',
    params: teamId,
    body: updateTeamRequest,
    answers: { 200: teamAnswer },
  }),
  deleteTeam: defineRoute({
    method: 'DELETE',
    path: '/teams/{id}',
    summary: 'Delete a team',
    permission: 'team:manage',
    description: 'Refused while it has services, also deleted ones whose files are still kept; and for personal teams.',
    params: teamId,
    answers: { 204: null },
  }),
  listMembers: defineRoute({
    method: 'GET',
    path: '/teams/{id}/members',
    summary: 'List members',
    permission: 'team:read',
    params: teamId,
    answers: { 200: memberList },
  }),
  addMember: defineRoute({
    method: 'POST',
    path: '/teams/{id}/members',
    summary: 'Add a member',
    permission: 'team:manage',
    params: teamId,
    body: addMemberRequest,
    answers: { 201: memberAnswer },
  }),
  updateMember: defineRoute({
    method: 'PATCH',
    path: '/teams/{id}/members/{person_id}',
    summary: "Change a member's role",
    permission: 'team:manage',
    params: memberId,
    body: updateMemberRequest,
    answers: { 200: memberAnswer },
  }),
  removeMember: defineRoute({
    method: 'DELETE',
    path: '/teams/{id}/members/{person_id}',
    summary: 'Remove a member',
    permission: 'team:manage',
    description: 'What they asked for stays with the team, in the name of its first owner.',
    params: memberId,
    answers: { 204: null },
  }),
  leaveTeam: defineRoute({
    method: 'POST',
    path: '/teams/{id}/leave',
    summary: 'Leave a team',
    permission: 'self:manage',
    description: 'Its last owner cannot. What they asked for stays with the team.',
    params: teamId,
    answers: { 204: null },
  }),
  moveService: defineRoute({
    method: 'POST',
    path: '/services/{id}/move',
    summary: 'Move a service to another team',
    permission: 'service:move',
    description: 'By somebody who owns both teams; the other one must have room for it.',
    params: z.object({ id: z.string().max(64).describe('The id of the service') }),
    body: moveServiceRequest,
    answers: { 202: serviceAnswer },
  }),
  exportMe: defineRoute({
    method: 'GET',
    path: '/me/export',
    summary: 'My data (tar)',
    permission: 'self:manage',
    description: 'export.json and, below files/, the published files of every service of mine.',
    answers: { 200: null },
    answerType: 'application/x-tar',
  }),
  eraseMe: defineRoute({
    method: 'POST',
    path: '/me/erase',
    summary: 'Erase my account',
    permission: 'self:manage',
    description:
      'With the password, or within 15 minutes of a sign-in where the account has none. Services of my own are deleted with their files; those of teams pass to the team. There is no way back.',
    body: eraseMeRequest,
    answers: { 204: null },
  }),
}
