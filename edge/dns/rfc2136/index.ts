export {
  createRfc2136NameServer,
  type Rfc2136NameServerOptions,
} from './create-rfc2136-name-server.ts'
export type { UpdateKey } from './update-key.ts'
