import { useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

/**
 * The token of a link from a mail or an administrator. It is behind the #, which no server sees; it leaves the address bar and the history at
 * once, so that nobody who uses this browser later finds it there.
 */
export const useLinkToken = (): string | undefined => {
  const navigate = useNavigate()
  const arrived = new URLSearchParams(useLocation({ select: ({ hash }) => hash })).get('token') ?? undefined
  const [token, setToken] = useState(arrived)
  useEffect(() => {
    if (arrived === undefined) return
    setToken(arrived)
    void navigate({ to: '.', search: true, hash: '', replace: true })
  }, [arrived, navigate])
  return token
}
