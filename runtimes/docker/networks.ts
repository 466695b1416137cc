import { AppError } from '@parcela/contract'
import type { Runtime, TeamId, TeamNetwork } from '@parcela/core'
import type { NetworkInspectInfo } from 'dockerode'
import type { EngineConnection } from './connect-engine.ts'
import { createKeyedTurns } from './create-keyed-turns.ts'
import { labelNames, networkLabels, ownedBy } from './labels.ts'
import { networkName } from './object-names.ts'
import { isStatus, translateError } from './translate-error.ts'

type Networks = Pick<Runtime, 'listNetworks' | 'ensureNetwork' | 'removeNetwork'>

/** One bridge per team. The engine itself drops traffic from one bridge to another. */
export const createNetworks = (parts: {
  engine: EngineConnection
  platform: string
  publishAddress: string
}): Networks => {
  const { engine, platform, publishAddress } = parts
  const inTurn = createKeyedTurns()

  const find = async (team?: TeamId): Promise<NetworkInspectInfo[]> => {
    const { docker } = await engine.connect()
    try {
      return await docker.listNetworks({ filters: ownedBy(platform, { role: 'network', team }) })
    } catch (error) {
      throw translateError(error, 'list networks')
    }
  }

  const create = async (network: TeamNetwork): Promise<void> => {
    const { docker } = await engine.connect()
    try {
      await docker.createNetwork({
        Name: networkName(platform, network.team_id),
        // Engines before API 1.44 allow two networks of one name unless told otherwise.
        CheckDuplicate: true,
        Driver: 'bridge',
        IPAM: { Driver: 'default', Config: [{ Subnet: network.subnet }] },
        Options: { 'com.docker.network.bridge.host_binding_ipv4': publishAddress },
        Labels: networkLabels(platform, network),
      })
    } catch (error) {
      throw translateError(error, "make the team's network")
    }
  }

  const remove = async (network: NetworkInspectInfo): Promise<void> => {
    const { docker } = await engine.connect()
    try {
      // Stopped containers hold no address, but could not start again without their network.
      const attached = await docker.listContainers({ all: true, filters: { network: [network.Id] } })
      if (attached.length > 0) throw inUse()
      await docker.getNetwork(network.Id).remove()
    } catch (error) {
      if (isStatus(error, 404)) return
      if (isStatus(error, 403)) throw inUse(error)
      throw translateError(error, "remove the team's network")
    }
  }

  return {
    listNetworks: async () =>
      (await find()).map(network => ({
        team_id: (network.Labels?.[labelNames.team] ?? '') as TeamId,
        subnet: subnetOf(network) ?? '',
      })),

    ensureNetwork: network =>
      inTurn(network.team_id, async () => {
        const [existing] = await find(network.team_id)
        if (!existing) return create(network)
        if (subnetOf(existing) === network.subnet) return
        try {
          await remove(existing)
        } catch (error) {
          // Instances run in the network as it is, and it is the team's own: its addresses change once it is empty.
          if (error instanceof AppError && error.details?.reason === 'in_use') return
          throw error
        }
        return create(network)
      }),

    removeNetwork: ({ team_id }) =>
      inTurn(team_id, async () => {
        for (const network of await find(team_id)) await remove(network)
      }),
  }
}

const subnetOf = (network: NetworkInspectInfo): string | undefined => network.IPAM?.Config?.[0]?.Subnet

const inUse = (cause?: unknown): AppError =>
  new AppError('conflict', "An instance is still attached to the team's network.", {
    details: { reason: 'in_use' },
    cause,
  })
