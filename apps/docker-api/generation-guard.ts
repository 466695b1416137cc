import { AppError } from '@parcela/contract'

/** Refuses what an older order asks for after a newer one was seen, also when the newer one's container is gone again. */
export const createGenerationGuard = () => {
  const newest = new Map<string, number>()
  return {
    check(service: string, generation: number): void {
      const seen = newest.get(service) ?? 0
      if (generation < seen)
        throw new AppError('conflict', `Generation ${seen} of this service was seen; ${generation} comes too late.`, {
          details: { reason: 'stale_generation' },
        })
      newest.set(service, generation)
    },
  }
}
