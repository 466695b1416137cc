import type { EdgeSnapshots } from '../edges/sign-snapshots.ts'

/** For tests that have no further edges. */
export const noSnapshots: EdgeSnapshots = {
  currentVersion: async () => 0,
  take: async () => ({ payload: '{}', signature: '' }),
  publicKey: '',
}
