import type { Step } from '@parcela/core'
import { certifyDomain } from '../domains/certify-domain.ts'
import { checkDomain } from '../domains/check-domain.ts'
import { routeDomain } from '../domains/route-domain.ts'
import { verifyDomain } from '../domains/verify-domain.ts'
import { withdrawDomain } from '../domains/withdraw-domain.ts'
import { Deferred } from '../loop/deferred.ts'
import { targetOf, type Work } from '../loop/work.ts'
import { awaitHealthy } from './await-healthy.ts'
import { buildBaseImage } from './build-base-image.ts'
import { buildImage } from './build-image.ts'
import { ensureRecords, removeRecords } from './records.ts'
import { removeNetwork } from './remove-network.ts'
import { runContainer } from './run-container.ts'
import { parkRoute, switchRoute } from './switch-route.ts'
import { verify } from './verify.ts'

/** Seconds that a stopped or deleted service gets to finish open requests. */
const stopGraceSeconds = 5

/** How each kind of step is done. Answers a short fact for the journal. Every one may run twice. */
const appliers: { [K in Step['kind']]: (work: Work, step: Extract<Step, { kind: K }>) => Promise<string> } = {
  'announce-route': work => parkRoute(work, 'starting'),
  'build-base-image': buildBaseImage,
  'build-image': buildImage,
  'run-container': runContainer,
  'await-healthy': awaitHealthy,
  'ensure-records': ensureRecords,
  'ensure-certificate': async ({ platform, signal }) => {
    if (await platform.keepWildcard(signal)) return 'there'
    throw new Deferred('There is none yet; the site answers on plain HTTP until there is.')
  },
  'switch-route': switchRoute,
  verify,
  'drain-containers': async (work, { ids }) => {
    const { recipe, revision } = targetOf(work)
    await removeInstances(work, ids, recipe.drain_seconds)
    await work.ports.leases.releasePorts(work.spec.id, { keep: [revision] })
    return `${ids.length}`
  },
  'remove-images': async ({ ports }, { references }) => {
    for (const reference of references) await ports.runtime.removeImage(reference)
    return `${references.length}`
  },
  'park-route': (work, { state }) => parkRoute(work, state),
  'stop-containers': async ({ ports }, { ids }) => {
    await Promise.all(ids.map(id => ports.runtime.stopInstance(id, { graceSeconds: stopGraceSeconds })))
    return `${ids.length}`
  },
  'remove-containers': async (work, { ids }) => {
    await removeInstances(work, ids, stopGraceSeconds)
    return `${ids.length}`
  },
  'remove-route': ({ ports, turns, site: { host } }) =>
    turns.routes(async () => {
      await ports.edge.removeRoute(host)
      await ports.observed.forgetRoute(host)
      return host
    }),
  'remove-records': removeRecords,
  'remove-network': ({ ports, spec }) => removeNetwork(ports, spec.team_id),
  'forget-service': async ({ ports, spec, options }) => {
    await ports.leases.releasePorts(spec.id, { keep: [] })
    const unreferenced = await ports.observed.completeDeletion(spec.id, {
      files: options.retentionDays === 0 || spec.purge,
    })
    const removed = await ports.files.removeUnreferenced(unreferenced, ports.desired.findUnreferencedBlobs)
    return `${removed} contents removed`
  },
  'check-domain': (work, { name }) => checkDomain(work, name),
  'route-domain': (work, { name }) => routeDomain(work, name),
  'certify-domain': (work, { name }) => certifyDomain(work, name),
  'verify-domain': (work, { name }) => verifyDomain(work, name),
  'withdraw-domain': (work, { name }) => withdrawDomain(work, { service_id: work.spec.id, name }),
}

const removeInstances = async ({ ports }: Work, ids: readonly string[], graceSeconds: number): Promise<void> => {
  await Promise.all(ids.map(id => ports.runtime.removeInstance(id, { graceSeconds })))
}

/** Does one step. Failures keep their code; see core/ports for what each port may throw. */
export const applyStep = <K extends Step['kind']>(work: Work, step: Extract<Step, { kind: K }>): Promise<string> =>
  (appliers[step.kind] as (work: Work, step: Step) => Promise<string>)(work, step)
