import type { Instance, ReleaseId, ServiceId, TeamId } from '@parcela/core'
import type { ContainerInspectInfo } from 'dockerode'
import { labelNames } from './labels.ts'

/** A container of ours as the port shows it. Pure. `publishAddress` is where ports are published now; one made before keeps the address of its time. */
export const observedInstance = (container: ContainerInspectInfo, publishAddress: string): Instance => {
  const label = (name: keyof typeof labelNames): string => container.Config.Labels[labelNames[name]] ?? ''
  const state = stateOf(container.State)
  return {
    id: container.Id,
    service_id: label('service') as ServiceId,
    team_id: label('team') as TeamId,
    release_id: label('release') === '' ? null : (label('release') as ReleaseId),
    revision: label('revision'),
    generation: Number(label('generation')),
    image: label('image'),
    state,
    exit: state === 'stopped' ? { code: container.State.ExitCode, out_of_memory: container.State.OOMKilled } : null,
    upstream:
      state === 'running' ? { address: boundAddress(container) ?? publishAddress, port: Number(label('port')) } : null,
    created_at: new Date(container.Created),
  }
}

const boundAddress = ({ HostConfig }: ContainerInspectInfo): string | undefined => {
  const [binding] = Object.values<{ HostIp?: string }[] | null>(HostConfig.PortBindings ?? {}).flatMap(
    each => each ?? [],
  )
  return binding?.HostIp || undefined
}

/** One that the engine keeps restarting has ended by itself: it counts as stopped, and its exit says how. */
const stateOf = (state: ContainerInspectInfo['State']): Instance['state'] => {
  if (state.Running && !state.Restarting) return 'running'
  return state.Status === 'created' ? 'created' : 'stopped'
}
