export { type KeyPair, readKeyPair } from './certificates/read-key-pair.ts'
export { parseSettings, SettingsError } from './config/parse-settings.ts'
export { ignoreMissing } from './files/ignore-missing.ts'
export { writeFileAtomically } from './files/write-file-atomically.ts'
export { probeHttp } from './http/probe.ts'
export { createLog, type Log, silentLog } from './log/create-log.ts'
export {
  ensureServiceDirectory,
  ensureSocketDirectory,
  isReachableByOthers,
  removeServiceDirectory,
} from './paths/service-directory.ts'
export { createSecretBox, type SecretBox } from './secret-box/create-secret-box.ts'
export {
  createSecretKey,
  dropWaitingKeys,
  promoteWaitingKey,
  readSecretKey,
  type SecretKey,
  waitingKeyFile,
  writeSecretKey,
} from './secret-box/secret-key.ts'
export { packTar, type TarFile } from './streams/pack-tar.ts'
export { readLines } from './streams/read-lines.ts'
export { type RunOptions, type RunResult, run, runToEnd, SubprocessError, spawn } from './subprocess/run.ts'
export { createTurn, type Turn } from './turns/create-turn.ts'
export { type WaitOptions, waitUntil } from './wait/wait-until.ts'
