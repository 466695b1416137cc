import { useEffect, useState } from 'react'
import { useLinkToken } from '../session/use-link-token.ts'

const key = 'parcela.invitation'

/** The token of the invitation that is being looked at; kept in this tab while its holder goes to sign in and comes back. */
export const useInvitationToken = (): { token: string | undefined; forget: () => void } => {
  const arrived = useLinkToken()
  const [kept] = useState(() => sessionStorage.getItem(key) ?? undefined)
  useEffect(() => {
    if (arrived !== undefined) sessionStorage.setItem(key, arrived)
  }, [arrived])
  return { token: arrived ?? kept, forget: () => sessionStorage.removeItem(key) }
}
