import type { FileHold, FileStore } from '@parcela/core'
import type { HeldDigests, RemovalGuard } from './create-removal-guard.ts'

type Store = {
  put(content: AsyncIterable<Uint8Array>, options: PutOptions, held: HeldDigests): ReturnType<FileStore['put']>
  findMissing(digests: readonly string[], held: HeldDigests): Promise<string[]>
  removeUnreferenced: FileStore['removeUnreferenced']
}
type PutOptions = Parameters<FileStore['put']>[1]

/** One use of the store. It ends when its last put has: what that stores would else be held, or left, by nobody. */
export const createFileHold = (store: Store, guard: RemovalGuard): FileHold => {
  const held: HeldDigests = new Set()
  const running = new Set<Promise<unknown>>()
  const end = async (): Promise<string[]> => {
    await Promise.allSettled(running)
    return guard.letGo(held)
  }
  return {
    put: async (content, options) => {
      const putting = store.put(content, options, held)
      running.add(putting)
      try {
        return await putting
      } finally {
        running.delete(putting)
      }
    },
    findMissing: digests => store.findMissing(digests, held),
    release: async () => {
      await end()
    },
    discard: async findUnreferenced => {
      await store.removeUnreferenced(await end(), findUnreferenced)
    },
  }
}
