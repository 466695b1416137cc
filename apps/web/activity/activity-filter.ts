export const periods = ['any', 'day', 'week', 'month'] as const
export type Period = (typeof periods)[number]
export const auditOutcomes = ['done', 'refused', 'failed'] as const

export type ActivityFilter = { search: string; outcome: string; period: Period }

const dayMs = 86_400_000
const lengthMs: Record<Exclude<Period, 'any'>, number> = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs }

/** The filter as the API takes it; what is empty is not asked about; pure. */
export const toAsked = (
  { search, outcome, period }: ActivityFilter,
  now: number,
): Record<string, string | undefined> => ({
  ...(search.trim() === '' ? {} : { search: search.trim() }),
  ...(outcome === '' ? {} : { outcome }),
  ...(period === 'any' ? {} : { from: new Date(now - lengthMs[period]).toISOString() }),
})
