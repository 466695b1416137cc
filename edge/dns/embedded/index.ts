export {
  createEmbeddedNameServer,
  type EmbeddedNameServer,
  type EmbeddedNameServerOptions,
} from './create-embedded-name-server.ts'
