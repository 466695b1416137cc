export type RemovalGuard = ReturnType<typeof createRemovalGuard>

/** The digests that one use of the store holds. */
export type HeldDigests = Set<string>

/**
 * Keeps a content from being removed while somebody is about to refer to it. Whether something refers to it is asked of the database, and the
 * answer is old when it arrives; so a content that was wanted since the question was put stays, and one that is held is not even asked about.
 */
export const createRemovalGuard = () => {
  const holders = new Map<string, number>()
  const suspects = new Map<string, Set<object>>()
  const removing = new Map<string, Promise<void>>()

  const suspect = (sha256: string, inquiry: object): void => {
    const inquiries = suspects.get(sha256)
    if (inquiries) inquiries.add(inquiry)
    else suspects.set(sha256, new Set([inquiry]))
  }
  const clear = (sha256: string, inquiry: object): void => {
    const inquiries = suspects.get(sha256)
    if (inquiries?.delete(inquiry) && inquiries.size === 0) suspects.delete(sha256)
  }
  const removeOne = async (sha256: string, remove: (sha256: string) => Promise<void>): Promise<void> => {
    const removal = remove(sha256)
    // Who waits for its end looks for the content afterwards, whatever became of the removal.
    const ended = removal.then(nothing, nothing)
    removing.set(sha256, ended)
    await removal.finally(() => removing.delete(sha256))
  }

  return {
    /** Call before looking whether a content is there. Resolves when it is not just being removed. */
    want: async (sha256: string, held?: HeldDigests): Promise<void> => {
      if (held && !held.has(sha256)) {
        held.add(sha256)
        holders.set(sha256, (holders.get(sha256) ?? 0) + 1)
      }
      suspects.delete(sha256)
      await removing.get(sha256)
    },

    /** Empties the set, and answers what was in it. */
    letGo: (held: HeldDigests): string[] => {
      const digests = [...held]
      held.clear()
      for (const sha256 of digests) {
        const left = (holders.get(sha256) ?? 1) - 1
        if (left > 0) holders.set(sha256, left)
        else holders.delete(sha256)
      }
      return digests
    },

    /** Removes those that `findUnreferenced` answers and nobody held or wanted meanwhile; answers how many. */
    removeUnwanted: async (
      digests: readonly string[],
      {
        findUnreferenced,
        remove,
      }: {
        findUnreferenced: (digests: readonly string[]) => Promise<readonly string[]>
        remove: (sha256: string) => Promise<void>
      },
    ): Promise<number> => {
      const inquiry = {}
      const free = digests.filter(sha256 => !holders.has(sha256))
      if (free.length === 0) return 0
      for (const sha256 of free) suspect(sha256, inquiry)
      let removed = 0
      try {
        for (const sha256 of await findUnreferenced(free)) {
          if (!suspects.get(sha256)?.has(inquiry) || removing.has(sha256)) continue
          await removeOne(sha256, remove)
          removed += 1
        }
        return removed
      } finally {
        for (const sha256 of free) clear(sha256, inquiry)
      }
    },
  }
}

const nothing = (): void => undefined
