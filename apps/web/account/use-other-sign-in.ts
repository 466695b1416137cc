import { useQuery } from '@tanstack/react-query'
import { accountQueries } from '../client/account.ts'
import { queries } from '../client/queries.ts'

/** Whether somebody may be signed in without ever having set a password: by the provider of this installation, or by a passkey. */
export const useOtherSignIn = (): boolean => {
  const { data: platform } = useQuery(queries.platform)
  const { data: passkeys = [] } = useQuery(accountQueries.passkeys)
  return (platform !== undefined && platform.open_id !== null) || passkeys.length > 0
}
