import helmet from '@fastify/helmet'
import { AppError } from '@parcela/contract'
import type { FastifyInstance } from 'fastify'
import { wrongHostReason } from '../errors/to-error-answer.ts'

/** Headers of every answer, and the refusal of host names that are not the page's (another site's name pointing here). */
export const secureHeaders = async (app: FastifyInstance, panelUrl: string): Promise<void> => {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // The page's component library sets sizes by style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    // Without the names below: other machines may answer there, and not all by HTTPS.
    strictTransportSecurity: { maxAge: hstsSecondsFor(panelUrl), includeSubDomains: false },
  })

  const { host, hostname } = new URL(panelUrl)
  const known = new Set([host, hostname])
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()')
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
    if (isProbe(request.url) || known.has((request.headers.host ?? '').toLowerCase())) return
    throw new AppError('not_found', 'This platform does not answer under that host name.', {
      details: { reason: wrongHostReason },
    })
  })
}

const year = 365 * 86_400
const hour = 3_600

/** A name below localhost is a try-out: it must not keep a browser from another program's plain HTTP there for a year. */
const hstsSecondsFor = (panelUrl: string): number => (new URL(panelUrl).hostname.endsWith('localhost') ? hour : year)

/** A monitor asks through the socket, and knows no name. */
const isProbe = (url: string): boolean => url === '/healthz' || url === '/readyz'
