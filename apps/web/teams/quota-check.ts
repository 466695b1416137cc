import type { QuotaAnswer } from '@parcela/contract'
import type { Resources } from '../resources/named-sizes.ts'

type Counted = keyof QuotaAnswer['used']

/** What of a service's resources the team has not room for; pure. */
export const findOverQuota = (
  { limits, used }: Pick<QuotaAnswer, 'limits' | 'used'>,
  asked: Resources & { services: number },
): Counted[] =>
  (['services', 'ram_mb', 'cpus', 'storage_gb'] as const).filter(resource => {
    const limit = limits[resource]
    // Cores are fractions: thousandths are what is compared, as the server does.
    return limit !== null && asked[resource] > 0 && round(used[resource] + asked[resource]) > round(limit)
  })

/** What of a service's resources is above what the plan gives by itself; pure. */
export const findOverThreshold = (threshold: QuotaAnswer['plan']['self_service'], asked: Resources): Counted[] =>
  (['ram_mb', 'cpus', 'storage_gb'] as const).filter(resource => {
    const limit = threshold[resource]
    return limit !== null && round(asked[resource]) > round(limit)
  })

const round = (value: number): number => Math.round(value * 1000)
