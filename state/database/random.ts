/** Randomness as a port: that many unpredictable bytes. `randomBytes` of node:crypto is one. */
export type Random = (size: number) => Uint8Array
