import { readKeyLimits, toAppError } from '@parcela/contract'
import type { Identity } from '../identity/create-identity.ts'
import type { GatewayPorts } from '../ports.ts'
import type { AuditReaders } from './audit-requests.ts'

type Dependencies = Pick<GatewayPorts, 'desired' | 'teams' | 'quotas' | 'people' | 'invitations'> & {
  identity: Identity
}

/** How the trail reads what is changed, to tell what differs; whoever asks is not asked about here, for nothing of it is answered to them. */
export const createAuditReaders = ({
  desired,
  teams,
  quotas,
  people,
  invitations,
  identity,
}: Dependencies): AuditReaders => ({
  service: async id => {
    const service = await desired.getService('every-team', id).catch(undefinedWhereMissing)
    if (!service) return undefined
    const { name, team_id, owner_id, power, release_id, https_redirect, maintenance, restarts } = service
    const { resources, additional_requirements } = service
    return {
      team_id,
      fields: {
        name,
        team_id,
        owner_id,
        power,
        release_id,
        restarts,
        https_redirect,
        maintenance,
        ...resources,
        additional_requirements,
      },
    }
  },
  team: async id => {
    const team = await teams.getTeam('every-team', id).catch(undefinedWhereMissing)
    if (!team) return undefined
    const members = await teams.listMembers('every-team', team.id)
    const { plan, overrides } = await quotas.getQuota('every-team', team.id)
    const roles = Object.fromEntries(members.map(({ person_id, role }) => [person_id, role]))
    return { team_id: team.id, fields: { name: team.name, members: roles, plan: plan.name, overrides } }
  },
  plan: async id => {
    const plan = (await quotas.listPlans()).find(one => one.id === id)
    if (!plan) return undefined
    const { name, limits, self_service, edge_class, is_default } = plan
    return { team_id: null, fields: { name, limits, self_service, edge_class, is_default } }
  },
  node: async id => {
    const node = (await quotas.listNodes()).find(one => one.id === id)
    return node && { team_id: null, fields: { kind: node.kind, capacity: node.capacity, overcommit: node.overcommit } }
  },
  person: async id => {
    const person = await people.findPerson(id)
    if (!person) return undefined
    const { is_administrator, disabled_at } = person
    return { team_id: null, fields: { is_administrator, disabled: disabled_at !== null } }
  },
  invitation: async id => {
    const invitation = await invitations.getInvitation(id).catch(undefinedWhereMissing)
    return invitation && { team_id: invitation.team_id, fields: { role: invitation.role } }
  },
  key: async id => {
    const { adapter } = await identity.$context
    const where = [{ field: 'id', value: id }]
    const key = await adapter.findOne<{ name: string | null; metadata: unknown }>({ model: 'apikey', where })
    if (!key) return undefined
    const limits = readKeyLimits(typeof key.metadata === 'string' ? JSON.parse(key.metadata) : key.metadata)
    return { team_id: null, fields: { name: key.name, ...limits } }
  },
})

const undefinedWhereMissing = (error: unknown): undefined => {
  if (toAppError(error).code === 'not_found') return undefined
  throw error
}
