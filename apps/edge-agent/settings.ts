import { isIP } from 'node:net'
import { z } from 'zod'

const tokenProblem = 'must be the token that the gateway showed for this edge'
const port = z.coerce.number().int().min(1).max(65_535)

/** The settings of an edge on another host. */
export const edgeAgentSettings = z.object({
  PARCELA_HOME: z.string().default('.parcela-edge').describe('The folder that holds what this edge serves'),
  PARCELA_EDGE_GATEWAY: z
    .url({ protocol: /^https$/, error: 'must be the address of the page, such as https://parcela.example.org' })
    .describe('The address of the page, which is also where the gateway is'),
  PARCELA_EDGE_TOKEN: z
    .string(tokenProblem)
    .regex(/^parcela_edge_[\w-]{43}$/, tokenProblem)
    .describe('The token that POST /edges answered'),
  PARCELA_EDGE_PUBLIC_KEY: z
    .base64('must be the key that the gateway showed, in base64')
    .describe("The platform's public key; what is not signed with it is never served"),
  PARCELA_EDGE_CA: z
    .string()
    .optional()
    .describe("A file with the CA that signed the page's certificate, where it is not a public one"),
  PARCELA_EDGE_CHALLENGES: z
    .url({ protocol: /^http$/, error: 'must be the plain HTTP of the main edge, such as http://parcela.example.org' })
    .optional()
    .describe(
      "The main edge's plain HTTP, where questions of certificate authorities are sent on to; the page's host on port 80 by default",
    ),
  PARCELA_BIND: z
    .string()
    .refine(text => isIP(text) > 0, 'must be an IP address')
    .default('0.0.0.0')
    .describe('The address that this edge listens on'),
  PARCELA_HTTP_PORT: port.default(80).describe('Plain HTTP'),
  PARCELA_HTTPS_PORT: port.default(443).describe('HTTPS'),
  PARCELA_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('What is logged'),
})
/** Where the answers to ACME challenges are. */
export const challengesOf = (settings: EdgeAgentSettings): string =>
  settings.PARCELA_EDGE_CHALLENGES ?? `http://${new URL(settings.PARCELA_EDGE_GATEWAY).hostname}`

export type EdgeAgentSettings = z.infer<typeof edgeAgentSettings>
