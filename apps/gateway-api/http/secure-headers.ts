import helmet from '@fastify/helmet'
import { AppError } from '@parcela/contract'
import type { FastifyInstance } from 'fastify'

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
    // The edge decides about HTTP and HTTPS.
    strictTransportSecurity: false,
  })

  const { host, hostname } = new URL(panelUrl)
  const known = new Set([host, hostname])
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
    if (isProbe(request.url) || known.has((request.headers.host ?? '').toLowerCase())) return
    throw new AppError('not_found', 'This platform does not answer under that host name.')
  })
}

const isProbe = (url: string): boolean => url === '/healthz' || url === '/readyz'
