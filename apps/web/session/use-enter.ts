import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'

/** Goes in after a sign-in: to where the person wanted to go, with nothing kept of what was seen before. */
export const useEnter = (next: string | undefined): (() => void) => {
  const router = useRouter()
  const queryClient = useQueryClient()
  return () => {
    queryClient.clear()
    router.history.push(ownAddress(next))
  }
}

/** Only paths of this page: an address elsewhere in `next` would make the sign-in a tool for phishing. */
export const ownAddress = (next: string | undefined): string =>
  next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/'
