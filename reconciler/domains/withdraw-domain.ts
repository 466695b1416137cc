import type { ServiceId } from '@parcela/core'
import type { ReconcilerPorts } from '../loop/reconciler-ports.ts'
import type { Turns } from '../loop/turns.ts'

type Owner = { service_id: ServiceId; name: string }

/** Takes a name from the edge: its route, then its certificate. The record of the route goes last, so that what a crash cuts off is found again. */
export const withdrawDomain = async (
  { ports, turns }: { ports: ReconcilerPorts; turns: Turns },
  { service_id, name }: Owner,
): Promise<string> => {
  const { edge, observed } = ports
  const ifOurs = (work: () => Promise<void>): Promise<boolean> =>
    turns.routes(async () => {
      const isOurs = (await observed.listRoutesOf(service_id)).some(({ host }) => host === name)
      if (isOurs) await work()
      return isOurs
    })

  if (!(await ifOurs(() => edge.removeRoute(name)))) return `${name} is served for another service`
  const holder = await observed.findDomainHolder(name)
  if (holder === undefined || holder === service_id) await withdrawCertificate(ports, name)
  await ifOurs(() => observed.forgetRoute(name))
  return name
}

/** The certificate of one custom domain is not used any more. */
export const withdrawCertificate = async (
  { edge, certificates, certificateBook }: Pick<ReconcilerPorts, 'edge' | 'certificates' | 'certificateBook'>,
  name: string,
): Promise<void> => {
  await edge.removeCertificates([[name]])
  await certificates.revokeCertificate([name])
  await certificateBook.forgetCertificate([name])
}
