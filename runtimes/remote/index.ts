export { createRemoteRuntime, type RemoteRuntimeOptions } from './create-remote-runtime.ts'
