export { createLocalCa, type LocalCa, type LocalCaOptions } from './create-local-ca.ts'
