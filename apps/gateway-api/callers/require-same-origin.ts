import { AppError } from '@parcela/contract'
import type { FastifyRequest } from 'fastify'

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A browser sends its cookie whoever wrote the page that asks; its Origin header says who did (OWASP, "Verifying origin with standard headers").
 * Every write with a cookie must come from our own page.
 */
export const requireSameOrigin = ({ method, headers }: FastifyRequest, panelUrl: string): void => {
  // A WebSocket begins as a GET that any page may send, and then says whatever that page wants.
  const isReading = reading.has(method) && headers.upgrade === undefined
  if (isReading || headers.origin === new URL(panelUrl).origin) return
  throw new AppError(
    'forbidden',
    'This request did not come from the page of this platform. Other programs use an API key.',
  )
}
