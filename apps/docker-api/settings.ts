import { z } from 'zod'

const port = z.coerce.number().int().min(1).max(65_535)
const file = z.string().min(1)

/** The settings of API Docker. */
export const dockerApiSettings = z.object({
  PARCELA_PLATFORM: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "is the installation's id, as bin/up shows it")
    .describe("The installation's id; containers of other installations on the same engine are never touched"),
  PARCELA_HOME: z.string().default('.parcela').describe('Where the generated token is kept'),
  PARCELA_DOCKER_SOCKET: z.string().default('/var/run/docker.sock').describe("The engine's unix socket"),
  PARCELA_DOCKER_API_BIND: z
    .string()
    .default('127.0.0.1')
    .describe('The address to listen on; others than loopback need a certificate'),
  PARCELA_DOCKER_API_PORT: port.default(7443).describe('The TCP port to listen on'),
  PARCELA_DOCKER_API_TOKEN: z
    .string()
    .min(32, 'must have at least 32 characters')
    .optional()
    .describe('The bearer token; without it one is generated, once, in PARCELA_HOME/docker-api-token (0600)'),
  PARCELA_DOCKER_API_CERT: file.optional().describe("The server's certificate and chain (PEM)"),
  PARCELA_DOCKER_API_KEY: file.optional().describe("The certificate's key (PEM)"),
  PARCELA_DOCKER_API_PUBLISH: z
    .union([z.ipv4(), z.ipv6()])
    .default('127.0.0.1')
    .describe(
      'The address of this host on which containers are published and where the edge reaches them, without TLS. For an edge on another host: an address of a private network that only the edge and this host are on',
    ),
  PARCELA_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('What is logged'),
})
