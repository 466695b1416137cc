const pausesMs = [300, 900, 2_000]

/**
 * Loads a part of the page, and again where the network fails: a server that restarts, a computer that wakes up, or one that runs the
 * platform itself and changes its networks while sites start.
 */
export const loadAgain =
  <T>(load: () => Promise<T>): (() => Promise<T>) =>
  async () => {
    for (const pauseMs of pausesMs) {
      try {
        return await load()
      } catch {
        await new Promise(resolve => setTimeout(resolve, pauseMs))
      }
    }
    return load()
  }
