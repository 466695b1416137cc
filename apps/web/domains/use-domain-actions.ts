import { useMutation, useQueryClient } from '@tanstack/react-query'
import { nameQueries, namesGateway } from '../client/names.ts'

/** What can be asked of the domains of one site; the list is read again after each. */
export const useDomainActions = (serviceId: string) => {
  const queryClient = useQueryClient()
  const { queryKey } = nameQueries.domains(serviceId)
  const onSuccess = () => queryClient.invalidateQueries({ queryKey })
  return {
    add: useMutation({
      mutationFn: (asked: Parameters<typeof namesGateway.addDomain>[1]) => namesGateway.addDomain(serviceId, asked),
      onSuccess,
    }),
    remove: useMutation({ mutationFn: (name: string) => namesGateway.removeDomain(serviceId, name), onSuccess }),
    check: useMutation({ mutationFn: (name: string) => namesGateway.checkDomain(serviceId, name), onSuccess }),
  }
}
