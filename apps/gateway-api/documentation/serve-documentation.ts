import swagger from '@fastify/swagger'
import type { Route } from '@parcela/contract'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { apiPrefix } from '../routes/register-route.ts'
import { documentationStyle } from './documentation-style.ts'
import { type OpenApiDocument, renderDocumentation } from './render-documentation.ts'

/** Collects the description of every route registered after it: /api/v1/openapi.json, and the same for people at /api/docs. */
export const describeRoutes = async (app: FastifyInstance, panelUrl: string): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Parcela',
        version: '1',
        description:
          'Ask for an environment and have it minutes later. Times are UTC, sizes say their unit, unknown fields are refused.',
      },
      servers: [{ url: new URL(panelUrl).origin }],
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key: POST /api/v1/keys with a session',
          },
          session: { type: 'apiKey', in: 'cookie', name: '__Host-parcela.session_token' },
        },
      },
      security: [{ apiKey: [] }, { session: [] }],
    },
    transform: describe,
    transformObject: jsonSchemaTransformObject,
  })
}

/** Serves what `describeRoutes` collected. */
export const serveDocumentation = (app: FastifyInstance): void => {
  const hidden = { schema: { hide: true } }
  app.get(`${apiPrefix}/openapi.json`, { ...hidden, config: { isDescription: true } }, async (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(app.swagger())),
  )
  app.get('/api/docs', hidden, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(renderDocumentation(app.swagger() as unknown as OpenApiDocument)),
  )
  app.get('/api/docs/style.css', hidden, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(documentationStyle),
  )
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The API's description of itself; the one path under /api/v1 that is not in the contract's table. */
    isDescription?: boolean
  }
}

type Described = { body?: unknown; 'x-body-types'?: Route['bodyTypes'] }

/** The type provider's transform does not know bodies of several content types: it is shown the JSON one, the others are added. */
const describe: typeof jsonSchemaTransform = document => {
  const { body, 'x-body-types': types, ...rest } = (document.schema ?? {}) as Described
  if (!types) return jsonSchemaTransform(document)
  const json = (body as { content: Record<string, { schema: unknown }> }).content['application/json']?.schema
  const schema = { ...rest, ...(json ? { body: json } : {}) } as typeof document.schema
  const described = jsonSchemaTransform({ ...document, schema })
  const { body: jsonBody, ...others } = described.schema as Described
  const content = {
    ...(jsonBody ? { 'application/json': { schema: jsonBody } } : {}),
    ...Object.fromEntries(
      Object.entries(types).map(([type, words]) => [type, { schema: otherBody(type, words, jsonBody) }]),
    ),
  }
  return { ...described, schema: { ...others, body: { content } } as typeof described.schema }
}

const binary = { type: 'string', contentMediaType: 'application/octet-stream' }

const otherBody = (type: string, description: string, document: unknown): Record<string, unknown> =>
  type === 'multipart/form-data'
    ? {
        type: 'object',
        description,
        properties: { request: document ?? { type: 'object' }, files: { type: 'array', items: binary } },
      }
    : { ...binary, description }
