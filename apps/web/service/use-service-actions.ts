import type { ServiceAction, ServiceAnswer } from '@parcela/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { gateway } from '../client/gateway.ts'
import { queries } from '../client/queries.ts'

/** What can be asked of a service; the answer goes into the cache, and everything that may have changed is read again. */
export const useServiceActions = (service: ServiceAnswer) => {
  const queryClient = useQueryClient()
  const { queryKey } = queries.service(service.id)
  const take = (answer: ServiceAnswer): void => {
    queryClient.setQueryData(queryKey, answer)
    void queryClient.invalidateQueries({ queryKey })
    void queryClient.invalidateQueries({ queryKey: queries.services.queryKey })
  }
  return {
    act: useMutation({
      mutationFn: (action: ServiceAction) => gateway.actOnService(service.id, action),
      onSuccess: take,
    }),
    rollback: useMutation({
      mutationFn: (releaseId: string) => gateway.rollback(service.id, releaseId),
      onSuccess: take,
    }),
    update: useMutation({
      mutationFn: (change: Parameters<typeof gateway.updateService>[1]) => gateway.updateService(service.id, change),
      onSuccess: take,
    }),
    remove: useMutation({
      mutationFn: (options: { purge: boolean }) => gateway.deleteService(service.id, options),
      onSuccess: take,
    }),
  }
}
