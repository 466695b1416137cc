import { useMutation, useQueryClient } from '@tanstack/react-query'
import { administrationGateway } from '../client/administration.ts'

/** Says yes or no to a request; what is shown of requests, teams and sites is read again. */
export const useDecision = (approvalId: string) => {
  const queryClient = useQueryClient()
  const onSuccess = async (): Promise<void> => {
    await queryClient.invalidateQueries({ queryKey: ['administration', 'approvals'] })
    for (const key of ['services', 'service', 'team']) void queryClient.invalidateQueries({ queryKey: [key] })
  }
  return {
    approve: useMutation({
      mutationFn: (given: Parameters<typeof administrationGateway.approve>[1]) =>
        administrationGateway.approve(approvalId, given),
      onSuccess,
    }),
    refuse: useMutation({
      mutationFn: (reason: string) => administrationGateway.refuse(approvalId, reason),
      onSuccess,
    }),
  }
}
